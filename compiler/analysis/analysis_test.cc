// Exact analyses against the plain way of finding the same: trying every request of a pool.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "compiler/analysis/assertions.h"
#include "compiler/analysis/critical_units.h"
#include "compiler/policy/reference_decision.h"

namespace sbxc {
namespace {

using testing::all_requests;

RC_GTEST_PROP(CriticalUnits, AreThoseWithoutWhichTheComparisonFindsADifference, ()) {
  const Policy policy = (*testing::random_policy()).policy();
  const auto critical = critical_units(policy);
  RC_ASSERT(critical.has_value());
  const std::vector<RuleUnit> units = units_of(policy);
  RC_PRE(!units.empty());
  const RuleUnit unit = *rc::gen::elementOf(units);
  const Policy smaller = without(policy, {unit});
  bool differs = false;
  for (const Os os : kEverySystem) {
    const auto all = compare(*decisions_of(policy, os), *decisions_of(smaller, os),
                             {.witnesses = 1, .describe = false});
    for (const Comparison& one : *all) {
      differs = differs || one.relation != Relation::equivalent;
    }
  }
  RC_ASSERT(critical->contains(unit) == differs);
}

// Rules of used files are not asked about, and their exceptions are no units.
RC_GTEST_PROP(CriticalUnits, AreTheSameBesideRulesOfUsedFiles, ()) {
  Policy policy = (*testing::random_policy()).policy();
  RC_PRE(!policy.rules.empty());
  const auto of_all = critical_units(policy);
  for (Rule& rule : policy.rules) {
    if (*rc::gen::arbitrary<bool>()) rule.chain.emplace_back();
  }
  const auto of_own = critical_units(policy);
  RC_ASSERT(of_all.has_value() && of_own.has_value());
  std::set<RuleUnit> expected;
  for (const RuleUnit& unit : *of_all) {
    if (policy.rule(unit.rule).chain.empty()) expected.insert(unit);
  }
  RC_ASSERT(*of_own == expected);
}

// A counterexample is judged by the reference, and none has to be missed.
RC_GTEST_PROP(Assertions, AreRefutedByATrueWitnessOrHold, ()) {
  const testing::RandomPolicy random = *testing::random_policy();
  const Policy policy = random.policy();
  const testing::RuleText text = *testing::rule_text();
  Assertion assertion;
  assertion.kind = *rc::gen::element(AssertKind::never, AssertKind::always);
  assertion.operation = text.operation;
  const Pattern pattern = terse_pattern(text.operation, text.patterns.front());
  for (const auto& except : text.except) {
    assertion.except.push_back(terse_pattern(text.operation, except));
  }
  const Effect wanted = assertion.kind == AssertKind::never ? Effect::deny : Effect::allow;
  Rule asserted;
  asserted.operation = text.operation;
  asserted.patterns = {pattern};
  asserted.except = assertion.except;
  Systems systems(policy);
  const auto found = counterexample(systems, Os::linux, assertion, pattern);
  RC_ASSERT(found.has_value());
  if (*found) {
    RC_ASSERT(applies(policy, asserted, **found));
    RC_ASSERT(decide(policy, Os::linux, **found).verdict != wanted);
    return;
  }
  for (const Request& request : all_requests()) {
    if (request.operation != text.operation || !applies(policy, asserted, request)) continue;
    RC_ASSERT(reference::decide(random, Os::linux, request) == wanted);
  }
}

TEST(Assertions, WithinNamesWhatTheBaselineDenies) {
  const Policy baseline =
      terse_policy({"allow write /w/**", "deny write /w/.git/**", "allow connect *.example.com"});
  const Policy policy = terse_policy({"allow write /w/**", "deny write /w/.git/hooks/**",
                                      "ask connect a.example.com, example.com"});
  Systems own(policy);
  Systems bound(baseline);
  const auto all = beyond(own, bound, Os::linux);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ((*all)[0].operation, Operation::write);
  EXPECT_EQ((*all)[0].witness.text(), "/w/.git");
  EXPECT_EQ((*all)[1].witness.text(), "example.com:443");
  EXPECT_THAT((*all)[1].patterns.globs, ::testing::ElementsAre("example.com"));
  EXPECT_TRUE(beyond(bound, bound, Os::macos)->empty());
}

}  // namespace
}  // namespace sbxc
