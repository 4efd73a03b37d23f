// Profiles of random policies: verify finds nothing in them. With a fault put in, it finds
// something, or the fault changed nothing that single requests could show.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "backends/seatbelt/read/profile.h"
#include "backends/seatbelt/resolved_policy.h"
#include "backends/seatbelt/seatbelt.h"
#include "backends/seatbelt/verify/mac_spelling.h"
#include "backends/seatbelt/verify/verify_seatbelt.h"
#include "backends/target/verification_for_test.h"
#include "compiler/automata/domains.h"
#include "compiler/policy/decide.h"
#include "compiler/policy/random_policy.h"

namespace sbxc::seatbelt_verify {
namespace {

using testing::RandomPolicy;

// Without the rules that compile would refuse for this target.
Policy expressible(RandomPolicy random) {
  const Policy policy = random.policy();
  const Lowered lowered = lower_seatbelt(policy, {}, {});
  for (size_t i = policy.rules.size(); i-- > 0;) {
    const bool impossible = std::any_of(
        lowered.verdicts.begin(), lowered.verdicts.end(), [&](const RuleVerdict& verdict) {
          return verdict.rule == policy.rules[i].id && verdict.fidelity == Fidelity::impossible;
        });
    if (impossible) random.rules.erase(random.rules.begin() + static_cast<ptrdiff_t>(i));
  }
  return random.policy();
}

// With sanitizers each takes a tenth of a second or more.
constexpr size_t kTried = 40;

RC_GTEST_PROP(VerifySeatbelt, FindsNothingInTheProfileOfARandomPolicy, ()) {
  static size_t tried = 0;
  if (tried++ >= kTried) return;
  const Policy policy = expressible(*testing::random_policy());
  const Lowered lowered = lower_seatbelt(policy, {}, {});
  const Verification found =
      verify_seatbelt(policy, lowered.artifacts.at(0).bytes, lowered.verdicts);
  if (!found.holds()) RC_LOG() << in_words(found) << lowered.artifacts.at(0).bytes;
  RC_ASSERT(found.holds());
}

struct Fault {
  size_t at = 0;
  size_t length = 0;
  std::string with;
};

// All places where one of a few faults can be put.
std::vector<Fault> faults_in(const std::string& text) {
  constexpr std::pair<std::string_view, std::string_view> kFaults[] = {
      {"(allow ", "(deny "},
      {"(deny ", "(allow "},
      {"(subpath ", "(literal "},
      {"^", ""},
      {"$\"", "\""},
      {"(literal ", "(prefix "},
      {"[^/]*", ".*"},
      {"require-any", "require-all"},
      {"require-all", "require-any"},
      {"require-not", "require-any"},
      {"DIRECTORY", "REGULAR-FILE"},
      {"file-write-unlink ", ""}};
  std::vector<Fault> out;
  const size_t body = text.find(";; What the policy says of paths");
  if (body == std::string::npos) return out;
  for (const auto& [from, to] : kFaults) {
    for (size_t at = text.find(from, body); at != std::string::npos; at = text.find(from, at + 1)) {
      out.push_back({at, from.size(), std::string(to)});
    }
  }
  return out;
}

std::vector<std::string> short_paths() {
  std::vector<std::string> out;
  std::vector<std::string> of_length{""};
  for (size_t size = 1; size <= 5; ++size) {
    std::vector<std::string> longer;
    for (const std::string& word : of_length) {
      for (const char c : {'/', 'a', 'b'}) longer.push_back(word + c);
    }
    of_length = std::move(longer);
    for (const std::string& word : of_length) {
      if (automata::canonical_paths().decide(word) != automata::kOutside) out.push_back(word);
    }
  }
  return out;
}

// Request by request: more than the policy allows, or less where verify says that all is held.
std::optional<std::string> a_difference(const Policy& policy, const sbpl::Profile& profile,
                                        const Verification& found) {
  static const std::vector<std::string> kPaths = short_paths();
  constexpr std::pair<std::string_view, Operation> kAsked[] = {
      {"file-read-data", Operation::read},
      {"file-write-data", Operation::write},
      {"process-exec*", Operation::exec}};
  for (const auto& [name, operation] : kAsked) {
    const bool all = found.operations[static_cast<size_t>(operation)].proof == Proof::proved;
    for (const std::string& path : kPaths) {
      const bool says = decide(policy, Os::macos, {operation, path}).verdict == Effect::allow;
      const sbpl::Request request{.path = path, .vnode_type = "REGULAR-FILE"};
      const bool given = profile.decide(sbpl::find_operation(name).value(), request).verdict ==
                         sbpl::Verdict::allow;
      if (given && !says) return std::string(name) + " of " + path + " is allowed";
      if (says && !given && all) return std::string(name) + " of " + path + " is denied";
    }
  }
  return std::nullopt;
}

RC_GTEST_PROP(VerifySeatbelt, FindsAFaultOrItChangedNothing, ()) {
  static size_t tried = 0;
  if (tried++ >= kTried) return;
  const Policy policy = expressible(*testing::random_policy());
  const Lowered lowered = lower_seatbelt(policy, {}, {});
  std::string text = lowered.artifacts.at(0).bytes;
  const std::vector<Fault> faults = faults_in(text);
  if (faults.empty()) return;
  const Fault fault = faults[*rc::gen::inRange<size_t>(0, faults.size())];
  text.replace(fault.at, fault.length, fault.with);
  const Verification found = verify_seatbelt(policy, text, lowered.verdicts);
  if (!found.holds()) return;
  sbpl::CompileOptions options;
  options.parameters["PROXY_PORT"] = "3128";
  const auto profile = sbpl::Profile::compile(text, options);
  RC_ASSERT(profile.has_value());
  const auto difference = a_difference(as_spelt_on_macos(policy), *profile, found);
  if (difference) RC_LOG() << *difference << '\n' << in_words(found) << text;
  RC_ASSERT(!difference.has_value());
}

}  // namespace
}  // namespace sbxc::seatbelt_verify
