// What a plan lets through, as decisions: the same as the policy's where mounts and Landlock hold
// it, and more or less where somebody tampered with it.
#include "backends/bwrap/read/plan_decisions.h"

#include <gtest/gtest.h>

#include "backends/bwrap/read/scenes_for_test.h"

namespace sbxc::bwrap_read {
namespace {

PlanDecisions decisions(const Scene& scene, const TamperedPlan& plan) {
  auto result = plan_decisions(plan.json_bytes(), &scene.views.facts);
  EXPECT_TRUE(result) << (result ? "" : result.error());
  return std::move(*result);
}

bool allows(const automata::Dfa& dfa, const char* path) {
  return dfa.decide(path) == label_of(Effect::allow);
}

TEST(PlanDecisions, AreThoseOfThePolicyForWhatExists) {
  const Scene scene = Scene::workspace();
  const PlanDecisions plan = decisions(scene, scene.plan());
  EXPECT_TRUE(allows(plan.read, "/usr/bin/ls"));
  EXPECT_TRUE(allows(plan.exec, "/usr/bin/ls"));
  EXPECT_FALSE(allows(plan.write, "/usr/bin/ls"));
  EXPECT_TRUE(allows(plan.write, "/home/u/w/src/a.c"));
  EXPECT_FALSE(allows(plan.exec, "/home/u/w/src/a.c"));
  EXPECT_FALSE(allows(plan.read, "/home/u/w/.env"));
  EXPECT_FALSE(allows(plan.write, "/home/u/w/.git/hooks/pre"));
  EXPECT_FALSE(allows(plan.read, "/etc/shadow"));
  EXPECT_EQ(plan.read.decide("/usr//bin"), automata::kOutside);
}

TEST(PlanDecisions, FollowWhatWasChangedInThePlan) {
  const Scene scene = Scene::workspace();
  TamperedPlan tampered = scene.plan();
  tampered.drop_step("/home/u/w/.env");
  tampered.json["landlock"]["execute"].push_back("/home/u/w");
  const PlanDecisions plan = decisions(scene, tampered);
  EXPECT_TRUE(allows(plan.read, "/home/u/w/.env"));
  EXPECT_TRUE(allows(plan.exec, "/home/u/w/src/a.c"));
}

TEST(PlanDecisions, RefuseWhatIsNoPlan) {
  const auto result = plan_decisions("{}", nullptr);
  ASSERT_FALSE(result);
  EXPECT_FALSE(result.error().empty());
}

}  // namespace
}  // namespace sbxc::bwrap_read
