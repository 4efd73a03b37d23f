// That two policies have the same rules on an operation must mean that they decide it alike, and
// must be seen where one was only moved or spelt differently.
#include "compiler/decisions/same_rules.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "compiler/policy/decide.h"
#include "compiler/policy/random_policy.h"

namespace sbxc {
namespace {

TEST(SameRules, AreSeenThoughOthersChange) {
  const Policy one = terse_policy({"allow read /a/**", "allow exec /bin/*", "deny connect a.com"});
  const Policy other = terse_policy({"deny env A", "allow read /a/**", "allow exec /bin/*"});
  EXPECT_TRUE(have_same_rules(one, other, Operation::read));
  EXPECT_TRUE(have_same_rules(one, other, Operation::exec));
  EXPECT_FALSE(have_same_rules(one, other, Operation::connect));
  EXPECT_FALSE(have_same_rules(one, other, Operation::env));
}

TEST(SameRules, ARuleOfAnotherOperationCounts) {
  const Policy one = terse_policy({"allow exec /bin/*", "allow read /bin/**"});
  const Policy other = terse_policy({"allow exec /bin/*"});
  EXPECT_FALSE(have_same_rules(one, other, Operation::exec));
  EXPECT_TRUE(have_same_rules(one, other, Operation::socket));
}

TEST(SameRules, EveryPartOfARuleCounts) {
  const Policy one = terse_policy({"allow connect a.com:80"});
  for (const std::string_view other :
       {"deny connect a.com:80", "allow connect a.com:81", "allow connect *.a.com:80",
        "allow connect a.com:80 except 10.0.0.1"}) {
    EXPECT_FALSE(have_same_rules(one, terse_policy({other}), Operation::connect)) << other;
  }
  Policy on_linux = one;
  on_linux.rules.front().os = OsSet{true, false};
  EXPECT_FALSE(have_same_rules(one, on_linux, Operation::connect));
}

TEST(SameRules, ARuleWithoutPatternsIsNone) {
  Policy one = terse_policy({"allow read /a", "deny read /b"});
  one.rules.back().patterns.clear();
  EXPECT_TRUE(have_same_rules(one, terse_policy({"allow read /a"}), Operation::read));
}

// A list's name says nothing of its hosts.
TEST(SameRules, ListsOfHostsAreNotCompared) {
  Policy one;
  Rule rule;
  rule.operation = Operation::connect;
  rule.patterns.push_back(
      ConnectPattern{.span = {}, .written = {}, .hosts = {InList{}}, .ports = {}});
  add_rule(one, std::move(rule));
  EXPECT_FALSE(have_same_rules(one, one, Operation::connect));
}

RC_GTEST_PROP(SameRules, DecideAlike, ()) {
  const auto one = *testing::random_policy();
  testing::RandomPolicy other = one;
  if (!other.rules.empty()) {  // one rule more, less or changed
    const auto at = *rc::gen::inRange<size_t>(0, other.rules.size());
    if (*rc::gen::arbitrary<bool>()) {
      other.rules[at] = *testing::rule_text();
    } else {
      other.rules.erase(other.rules.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  const Policy before = one.policy();
  const Policy after = other.policy();
  for (const Request& request : testing::all_requests()) {
    if (!have_same_rules(before, after, request.operation)) continue;
    for (const Os os : {Os::linux, Os::macos}) {
      RC_ASSERT(decide(before, os, request).verdict == decide(after, os, request).verdict);
    }
  }
}

}  // namespace
}  // namespace sbxc
