#include "compiler/check/coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/resolve/resolving.h"

namespace sbxc {
namespace {

// `decided alone` of each of the policy's own rules: `yes yes`, `yes no`, `no no`.
std::vector<std::string> covered(const std::string& text) {
  Workbench bench;
  bench.files["used.sbx"] = "sbx 1\nallow read /used/**\n";
  const Resolved r = bench.resolve(text);
  EXPECT_TRUE(r.policy) << r.messages();
  std::vector<TestRun> runs;
  for (const Test& test : r.policy->tests) runs.push_back(run_test(*r.policy, test));
  std::vector<std::string> seen;
  for (const RuleCoverage& rule : coverage_of(*r.policy, runs).rules) {
    seen.push_back(std::string(rule.decided ? "yes" : "no") + (rule.alone ? " yes" : " no"));
  }
  return seen;
}

using ::testing::ElementsAre;

TEST(Coverage, CountsRulesThatDecideATestedRequest) {
  EXPECT_THAT(covered("allow read /a\nallow read /b\ntest \"t\" { allow read /a }\n"),
              ElementsAre("yes yes", "no no"));
}

TEST(Coverage, TellsARuleThatDecidesWithOthersFromOneThatDecidesAlone) {
  const std::string rules = "allow read /a/**\nallow read /a/b\n";
  EXPECT_THAT(covered(rules + "test \"t\" { allow read /a/b }\n"), ElementsAre("yes no", "yes no"));
  EXPECT_THAT(covered(rules + "test \"t\" { allow read /a/b, /a/c }\n"),
              ElementsAre("yes yes", "yes no"));
}

TEST(Coverage, WantsADenyToTakeSomethingAway) {
  EXPECT_THAT(covered("allow read /a\ndeny read /b\ntest \"t\" { deny read /b }\n"),
              ElementsAre("no no", "yes no"))
      << "without the deny nothing would allow it either";
}

TEST(Coverage, KnowsThatExecNeedsBothOfItsRules) {
  EXPECT_THAT(covered("allow read /a\nallow exec /a\ntest \"t\" { allow exec /a }\n"),
              ElementsAre("yes yes", "yes yes"));
}

TEST(Coverage, LeavesRulesOfUsedFilesAlone) {
  EXPECT_THAT(covered("use \"used.sbx\"\nallow read /a\ntest \"t\" { allow read /used/x }\n"),
              ElementsAre("no no"));
}

TEST(Coverage, IsCompleteWhereThereIsNoRule) {
  EXPECT_EQ(coverage_of(Policy{}, {}).percent(), 100.0);
  Coverage half;
  half.rules = {{.rule = RuleId{0}, .decided = true}, {.rule = RuleId{1}}};
  EXPECT_EQ(half.percent(), 50.0);
}

}  // namespace
}  // namespace sbxc
