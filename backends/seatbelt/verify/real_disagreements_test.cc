// Six disagreements between a policy and what enforced it that other projects have had, each as a
// policy and a profile that is wrong in the same way: verify finds it, and its witness is one by
// decide().
#include <gtest/gtest.h>

#include "backends/seatbelt/resolved_policy.h"
#include "backends/seatbelt/seatbelt.h"
#include "backends/seatbelt/verify/mac_spelling.h"
#include "backends/seatbelt/verify/verify_seatbelt.h"
#include "backends/target/verification_for_test.h"
#include "compiler/policy/decide.h"

namespace sbxc::seatbelt_verify {
namespace {

struct Replacement {
  std::string from;  // empty: `to` is appended
  std::string to;
};

class Scene {
 public:
  explicit Scene(std::string_view policy)
      : resolved_(seatbelt::ResolvedPolicy::of(policy)),
        lowered_(lower_seatbelt(resolved_.policy, resolved_.sources, {})) {
    EXPECT_TRUE(verify(lowered_.artifacts.at(0).bytes).holds());
  }

  // The witnesses that the profile answers wrongly where the policy says `says`.
  std::vector<std::string> witnesses(const Replacement& fault, Operation operation,
                                     Effect says) const {
    std::string text = lowered_.artifacts.at(0).bytes;
    if (fault.from.empty()) {
      text += fault.to;
    } else {
      const size_t at = text.find(fault.from);
      if (at == std::string::npos) ADD_FAILURE() << fault.from << " does not stand in\n" << text;
      text.replace(at, fault.from.size(), fault.to);
    }
    const Verification found = verify(text);
    std::vector<std::string> out;
    for (const Disagreement& one : found.operations[static_cast<size_t>(operation)].disagreements) {
      if (one.policy_says != says) continue;
      const Policy policy = as_spelt_on_macos(resolved_.policy);
      EXPECT_EQ(decide(policy, Os::macos, {operation, one.witness}).verdict, says) << one.witness;
      EXPECT_GT(one.line, 0U);
      out.push_back(one.witness);
    }
    EXPECT_FALSE(out.empty()) << in_words(found);
    return out;
  }

 private:
  Verification verify(const std::string& text) const {
    return verify_seatbelt(resolved_.policy, text, lowered_.verdicts);
  }

  seatbelt::ResolvedPolicy resolved_;
  Lowered lowered_;
};

bool starts_with(const std::vector<std::string>& witnesses, std::string_view start) {
  return !witnesses.empty() && witnesses[0].starts_with(start);
}

constexpr const char* kKeys = R"(sbx 1
policy keys "Everything may be read but keys"
allow read /**
deny  read $cwd/**/*.key, ~/.ssh/**
allow exec /usr/bin/**
)";

// maka 631: the back end drops entries that the matcher of the tool enforces.
TEST(RealDisagreements, DenialsThatAreDropped) {
  const auto found =
      Scene(kKeys).witnesses({"(deny file-read* deny-read-2)", ""}, Operation::read, Effect::deny);
  EXPECT_TRUE(starts_with(found, "/Users/alice/"));
}

// codex 32395: what the platform needs is appended behind the policy's rules, and wins.
TEST(RealDisagreements, PlatformDefaultsBehindAReadOnlyPolicy) {
  const Scene scene(R"(sbx 1
policy readonly "Nothing may be written"
allow read /**
allow exec /usr/bin/**
)");
  const auto found =
      scene.witnesses({"", "(allow file-read* file-write* (subpath \"/private/tmp\"))\n"},
                      Operation::write, Effect::deny);
  EXPECT_TRUE(starts_with(found, "/private/tmp"));
}

// nono 1566: an allow is taken, shown, and overruled by denies that are generated later.
TEST(RealDisagreements, AllowsOverruledByWhatIsGeneratedLater) {
  const Scene scene(R"(sbx 1
policy chrome "A browser's profile may be read"
allow read /usr/**, "~/Library/Application Support/Google/Chrome/**"
allow exec /usr/bin/**
)");
  const auto found = scene.witnesses(
      {"", "(deny file-read* (subpath \"/Users/alice/Library/Application Support\"))\n"},
      Operation::read, Effect::allow);
  EXPECT_TRUE(starts_with(found, "/Users/alice/Library/Application Support/Google/Chrome"));
}

// pi-sandbox 80: a wildcard is replaced by the files that were there.
TEST(RealDisagreements, WildcardsThatBecomeTheFilesOfToday) {
  const auto found =
      Scene(kKeys).witnesses({"(deny file-read* deny-read-2)",
                              "(deny file-read* (literal \"/Users/alice/work/old.key\")"
                              " (subpath \"/Users/alice/.ssh\"))"},
                             Operation::read, Effect::deny);
  EXPECT_TRUE(starts_with(found, "/Users/alice/work/"));
  EXPECT_TRUE(found.at(0).ends_with(".key"));
}

// codex 38318: what is allowed to be executed no longer is as soon as some reading is denied.
TEST(RealDisagreements, ProgramsThatNoLongerRunBesideADenial) {
  const auto found = Scene(kKeys).witnesses({"", "(deny process-exec* (subpath \"/\"))\n"},
                                            Operation::exec, Effect::allow);
  EXPECT_TRUE(starts_with(found, "/usr/bin"));
}

// avalan 1060: one grant without a scope in the preamble voids all that follows.
TEST(RealDisagreements, AGrantOfEverythingInThePreamble) {
  const Scene scene(R"(sbx 1
policy scoped "One checkout may be read"
allow read $cwd/**, /usr/**
allow exec /usr/bin/**
)");
  const auto found = scene.witnesses({"(version 1)", "(version 1)\n(allow file-read-data)"},
                                     Operation::read, Effect::deny);
  EXPECT_FALSE(starts_with(found, "/usr"));
}

}  // namespace
}  // namespace sbxc::seatbelt_verify
