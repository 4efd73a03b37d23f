// The profile of a random policy, read by the reader under the rule-table semantics, says what
// the laws say: request by request, operation by operation. What is allowed to differ is named
// below: pins (law 8) and what the verdicts report.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "backends/seatbelt/evaluated_profile.h"
#include "compiler/policy/decide.h"
#include "compiler/policy/random_policy.h"

namespace sbxc::seatbelt {
namespace {

using sbpl::Verdict;
using testing::RandomPolicy;

const char* const kReading[] = {"file-read-data", "file-read-xattr", "file-clone"};
const char* const kWriting[] = {"file-write-data",  "file-write-mode",  "file-write-xattr",
                                "file-write-owner", "file-write-times", "file-write-flags"};
const char* const kNaming[] = {"file-write-create", "file-write-unlink"};
const char* const kRunning[] = {"process-exec*", "process-exec-interpreter"};

std::vector<std::string> deeper(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    for (const char* name : {"/a", "/b", "/ab"}) out.push_back((path == "/" ? "" : path) + name);
  }
  return out;
}
bool is_below(const std::string& path, const std::string& directory) {
  return path.starts_with(directory == "/" ? "/" : directory + "/");
}

class Laws {
 public:
  explicit Laws(const Policy& policy) : policy_(policy) {}
  bool allow(Operation operation, const std::string& path) const {
    return decide(policy_, Os::macos, {operation, path}).verdict == Effect::allow;
  }

 private:
  const Policy& policy_;
};

// Whether a rule of the policy denies, or leaves out of what it allows, something below `path`, or
// the socket at it: the places where a pin belongs (law 8).
bool may_be_pinned(const Policy& policy, const std::string& path,
                   const std::vector<std::string>& all_paths) {
  const auto names = [](const std::vector<Pattern>& patterns, const std::string& other) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const Pattern& pattern) {
      const auto* socket = std::get_if<SocketPattern>(&pattern);
      return socket != nullptr ? socket->matches(other)
                               : std::get<PathPattern>(pattern).matches(other);
    });
  };
  return std::any_of(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) {
    const PatternKind kind = facts_of(rule.operation).kind;
    if (!rule.os.macos || rule.operation == Operation::exec) return false;
    if (kind != PatternKind::path && kind != PatternKind::socket) return false;
    const auto& patterns = rule.effect == Effect::deny ? rule.patterns : rule.except;
    return std::any_of(all_paths.begin(), all_paths.end(), [&](const std::string& other) {
      const bool itself = other == path && kind == PatternKind::socket;
      return (itself || is_below(other, path)) && names(patterns, other);
    });
  });
}

// Holds when `profile` says of `path` what the laws say.
bool agrees(const EvaluatedProfile& profile, const Policy& policy, const std::string& path,
            const std::vector<std::string>& all_paths) {
  const Laws laws(policy);
  for (const char* operation : kReading) {
    if (profile.allows(operation, path) != laws.allow(Operation::read, path)) return false;
  }
  const bool writable = laws.allow(Operation::write, path);
  for (const char* operation : kWriting) {
    if (profile.allows(operation, path) != writable) return false;
  }
  for (const char* operation : kRunning) {
    if (profile.allows(operation, path) != laws.allow(Operation::exec, path)) return false;
  }
  for (const char* operation : kNaming) {
    const bool allowed = profile.allows(operation, path);
    if (allowed && !writable) return false;
    if (!allowed && writable && !may_be_pinned(policy, path, all_paths)) return false;
  }
  // Attributes of what may be read, and of directories above what is allowed; of nothing else.
  const bool looked_up = profile.allows("file-read-metadata", path);
  if (laws.allow(Operation::read, path) && !looked_up) return false;
  return profile.allows("file-test-existence", path) == looked_up;
}

RC_GTEST_PROP(RandomPolicies, AreDecidedByTheProfileAsByTheLaws, ()) {
  const RandomPolicy random = *testing::random_policy();
  const Policy policy = random.policy();
  const EvaluatedProfile profile = EvaluatedProfile::of(policy);
  const std::vector<std::string> paths = testing::request_pool(PatternKind::path);
  std::vector<std::string> all = paths;
  for (const std::string& path : deeper(deeper(paths))) all.push_back(path);
  for (const std::string& path : paths) {
    if (!agrees(profile, policy, path, all)) {
      RC_LOG() << "path " << path << "\n" << profile.text();
      RC_FAIL("the profile and the laws differ");
    }
  }
}

RC_GTEST_PROP(RandomPolicies, SocketsAndServicesAreDecidedAsByTheLaws, ()) {
  const RandomPolicy random = *testing::random_policy();
  const Policy policy = random.policy();
  const EvaluatedProfile profile = EvaluatedProfile::of(policy);
  for (const std::string& path : testing::request_pool(PatternKind::socket)) {
    if (path[0] == '@') continue;
    const bool allowed =
        decide(policy, Os::macos, {Operation::socket, path}).verdict == Effect::allow;
    RC_ASSERT(profile.allows("network-outbound", path, "SOCKET") == allowed);
    RC_ASSERT(profile.allows("network-bind", path, "SOCKET") == allowed);
  }
  for (const std::string& name : testing::request_pool(PatternKind::name)) {
    const bool allowed =
        decide(policy, Os::macos, {Operation::mach, name}).verdict == Effect::allow;
    sbpl::Request request;
    request.names["global-name"] = name;
    RC_ASSERT((profile.decide("mach-lookup", request).verdict == Verdict::allow) == allowed);
  }
}

// Law 8. Moving a directory from `from` to `to` must not make something readable that was not, nor
// put something that could be written into a place where it could not; where the target cannot
// prevent that, a verdict or a note says so.
RC_GTEST_PROP(RandomPolicies, NoMoveOfADirectoryGainsAnything, ()) {
  const RandomPolicy random = *testing::random_policy();
  const Policy policy = random.policy();
  const EvaluatedProfile profile = EvaluatedProfile::of(policy);
  const Laws laws(policy);
  bool reported = !profile.lowered.diagnostics.empty();
  for (const RuleVerdict& verdict : profile.lowered.verdicts) {
    reported = reported || (verdict.fidelity == Fidelity::widened &&
                            policy.rule(verdict.rule).operation != Operation::listen);
  }
  if (reported) return;
  std::vector<std::string> directories = deeper({"/"});
  for (const std::string& path : deeper(directories)) directories.push_back(path);
  std::vector<std::string> from;
  std::vector<std::string> to;
  for (const std::string& path : directories) {
    if (profile.allows("file-write-unlink", path, "DIRECTORY")) from.push_back(path);
    if (profile.allows("file-write-create", path, "DIRECTORY")) to.push_back(path);
  }
  std::vector<std::string> below = deeper({""});
  for (const std::string& path : deeper(below)) below.push_back(path);
  for (const std::string& suffix : below) {
    for (const std::string& source : from) {
      const bool read = laws.allow(Operation::read, source + suffix);
      const bool written = laws.allow(Operation::write, source + suffix);
      for (const std::string& target : to) {
        if (is_below(target, source) || is_below(source, target)) continue;
        RC_LOG() << source << suffix << " to " << target << suffix;
        RC_ASSERT(read || !laws.allow(Operation::read, target + suffix));
        RC_ASSERT(!written || laws.allow(Operation::write, target + suffix));
      }
    }
  }
}

// On a case-insensitive volume another case is another spelling (law 8): what a rule denies by name
// cannot be made under it.
RC_GTEST_PROP(RandomPolicies, WhatIsDeniedCannotBeMadeInAnotherCase, ()) {
  const RandomPolicy random = *testing::random_policy();
  const Policy policy = random.policy();
  const EvaluatedProfile profile = EvaluatedProfile::of(policy);
  for (const std::string& path : testing::request_pool(PatternKind::path)) {
    std::string upper = path;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    const bool denied = std::any_of(policy.rules.begin(), policy.rules.end(), [&](const Rule& r) {
      if (!r.os.macos || r.effect != Effect::deny) return false;
      if (r.operation != Operation::read && r.operation != Operation::write) return false;
      const bool excepted =  // the statement leaves the other case out by itself: `except /[!a]/**`
          std::any_of(r.except.begin(), r.except.end(), [&](const Pattern& pattern) {
            return std::get<PathPattern>(pattern).matches(upper);
          });
      return !excepted && applies(policy, r, {r.operation, path});
    });
    if (!denied) continue;
    RC_ASSERT(!profile.allows("file-write-create", upper));
    RC_ASSERT(!profile.allows("file-write-data", upper));
  }
}

RC_GTEST_PROP(RandomPolicies, GiveTheSameBytesEveryTimeAndWithinLimits, ()) {
  const RandomPolicy random = *testing::random_policy();
  const Policy policy = random.policy();
  const EvaluatedProfile profile = EvaluatedProfile::of(policy);
  RC_ASSERT(profile.text() == EvaluatedProfile::of(policy).text());
  RC_ASSERT(profile.profile.estimated_bytes() < sbpl::kMaxCompiledBytes);
  RC_ASSERT(profile.lowered.verdicts.size() == policy.rules.size());
  for (size_t i = 0; i < policy.rules.size(); ++i) {
    RC_ASSERT(profile.lowered.verdicts[i].rule == policy.rules[i].id);
  }
}

// A release without the later operations reads the same profile and decides the rest alike.
RC_GTEST_PROP(RandomPolicies, AreReadByASystemThatKnowsFewerOperations, ()) {
  const RandomPolicy random = *testing::random_policy();
  const Policy policy = random.policy();
  sbpl::CompileOptions older = EvaluatedProfile::at_launch();
  older.without = {"file-link", "file-clone", "file-test-existence", "mach-cross-domain-lookup",
                   "darwin-notification-post"};
  const EvaluatedProfile with = EvaluatedProfile::of(policy);
  const EvaluatedProfile without = EvaluatedProfile::of(policy, {}, older);
  for (const std::string& path : testing::request_pool(PatternKind::path)) {
    RC_ASSERT(with.path("file-read-data", path) == without.path("file-read-data", path));
    RC_ASSERT(with.path("file-write-unlink", path) == without.path("file-write-unlink", path));
  }
}

}  // namespace
}  // namespace sbxc::seatbelt
