// Nothing that is reported as changing nothing may be missed by the quick look; and what is quickly
// seen to matter is not suspected.
#include "compiler/check/dead_suspects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "compiler/analysis/dead_units.h"
#include "compiler/policy/random_policy.h"
#include "compiler/resolve/resolving.h"

namespace sbxc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> suspects(const std::string& text) {
  Workbench bench;
  bench.files["used.sbx"] = "sbx 1\nallow read /opt/**\n";
  const Resolved r = bench.resolve(text);
  EXPECT_TRUE(r.policy) << r.messages();
  std::vector<std::string> out;
  for (const RuleUnit& unit : dead_suspects(*r.policy)) {
    out.push_back(written(pattern_of(*r.policy, unit)));
  }
  return out;
}

TEST(DeadSuspects, AreWhatOthersHoldInEverySample) {
  EXPECT_THAT(suspects("allow read /a/**\nallow read /a/b\ndeny write /c\n"), ElementsAre("/a/b"));
  EXPECT_THAT(suspects("allow read /a/[a-m]*\nallow read /a/[!a-m]*\nallow read /a/*\n"),
              ElementsAre("/a/[a-m]*", "/a/[!a-m]*", "/a/*"));
  EXPECT_THAT(suspects("allow connect b.a.com\ndeny connect *.a.com\n"), ElementsAre("b.a.com"));
}

TEST(DeadSuspects, AreNotWhatUsedFilesGrantToo) {
  EXPECT_THAT(suspects("use \"used.sbx\"\nallow read /opt/a\n"), IsEmpty());
}

TEST(DeadSuspects, AreExceptionsThatTakeNothing) {
  EXPECT_THAT(suspects("allow read /a/** except /b, /a/c\n"), ElementsAre("/b"));
  EXPECT_THAT(suspects("deny read /**/.x/** except /a/**\nallow read /**\n"), IsEmpty())
      << "the samples of the exception do not match, the shortest request of both does";
}

// What dead_rules.cc says nothing about.
bool is_reported(const Policy& policy, const DeadUnit& dead) {
  return dead.unit.part == RuleUnit::Part::except ||
         policy.rule(dead.unit.rule).effect != Effect::deny ||
         dead.reason == DeadReason::matches_nothing;
}

RC_GTEST_PROP(DeadSuspects, HoldAllThatIsReported, ()) {
  const Policy policy = (*testing::random_policy()).policy();
  Systems systems(policy);
  const auto dead = dead_units(systems);
  RC_PRE(dead.has_value());
  const std::vector<RuleUnit> suspected = dead_suspects(policy);
  for (const DeadUnit& one : *dead) {
    if (!is_reported(policy, one)) continue;
    RC_ASSERT(std::find(suspected.begin(), suspected.end(), one.unit) != suspected.end());
  }
}

}  // namespace
}  // namespace sbxc
