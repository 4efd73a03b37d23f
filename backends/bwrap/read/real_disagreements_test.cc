// Disagreements between policy and sandbox that people met in other tools, as a policy and a wrong
// plan each: every one is found, with a request that shows it.
#include <gtest/gtest.h>

#include "backends/bwrap/read/scenes_for_test.h"
#include "compiler/policy/decide.h"

namespace sbxc::bwrap_read {
namespace {

// The first witness for `operation`, after decide() agreed that the policy says the opposite.
std::string witness_of(const TamperedPlan& plan, const FileFacts& facts, Operation operation,
                       Effect policy_says) {
  const Verification verification = plan.verify(facts);
  EXPECT_FALSE(verification.holds());
  for (const OperationProof& proof : verification.operations) {
    if (proof.operation != operation || proof.disagreements.empty()) continue;
    const Disagreement& found = proof.disagreements.front();
    EXPECT_EQ(decide(plan.policy, Os::linux, {operation, found.witness}).verdict, policy_says);
    EXPECT_EQ(found.policy_says, policy_says);
    return found.witness;
  }
  return "no witness: " + in_words(verification);
}

Scene keys() {
  Scene scene;
  scene.policy = terse_policy({"allow write /w/**", "deny read /w/**/*.key", "allow exec /w/**"});
  scene.views.add("/w/old.key").add("/w/src/main.c");
  return scene;
}

// pi-sandbox 80: `*.key` is denied by a pattern on macOS, and on Linux for the keys that exist.
TEST(RealDisagreements, APatternThatHoldsForExistingFilesAlone) {
  const Scene scene = keys();
  TamperedPlan plan = scene.plan();
  plan.json["broker"].clear();
  const std::string witness = witness_of(plan, scene.views.facts, Operation::read, Effect::deny);
  EXPECT_TRUE(witness.ends_with(".key")) << witness;
  EXPECT_EQ(scene.views.facts.what(witness), There::nothing) << witness;
}

// codex 32395: defaults of the platform are added behind a read-only profile, and win.
TEST(RealDisagreements, DefaultsThatAreAddedBehindAReadOnlyPolicy) {
  const Scene scene = Scene::reader();
  TamperedPlan plan = scene.plan();
  plan.add_step("bind", "/tmp");
  const std::string witness = witness_of(plan, scene.views.facts, Operation::write, Effect::deny);
  EXPECT_TRUE(witness.starts_with("/tmp")) << witness;
}

// nono 1566: what a user allows is shown as allowed and overruled by denials generated later.
TEST(RealDisagreements, AnAllowanceThatIsOverruledByLaterMounts) {
  const Scene scene = keys();
  TamperedPlan plan = scene.plan();
  plan.add_step("tmpfs", "/w/src", "0755");
  const std::string witness = witness_of(plan, scene.views.facts, Operation::read, Effect::allow);
  EXPECT_TRUE(witness.starts_with("/w/src")) << witness;
}

// maka 631: the back end drops entries that the matcher of the tool enforces.
TEST(RealDisagreements, DenialsThatAreDropped) {
  const Scene scene = keys();
  TamperedPlan plan = scene.plan();
  plan.drop_step("/w/old.key");
  EXPECT_EQ(witness_of(plan, scene.views.facts, Operation::read, Effect::deny), "/w/old.key");
}

// avalan 1060: one grant without a scope in the preamble voids all that follows.
TEST(RealDisagreements, AGrantOfEverythingInThePreamble) {
  const Scene scene = Scene::workspace();
  TamperedPlan plan = scene.plan();
  plan.add_step_first("ro_bind", "/");
  const std::string witness = witness_of(plan, scene.views.facts, Operation::read, Effect::deny);
  EXPECT_FALSE(witness.starts_with("/usr")) << witness;
}

// codex 38318: what is allowed to be executed no longer is as soon as some reading is denied.
TEST(RealDisagreements, ProgramsThatNoLongerRunBesideADenial) {
  const Scene scene = Scene::workspace();
  TamperedPlan plan = scene.plan();
  plan.json["landlock"]["execute"].clear();
  const std::string witness = witness_of(plan, scene.views.facts, Operation::exec, Effect::allow);
  EXPECT_TRUE(witness.starts_with("/usr")) << witness;
}

}  // namespace
}  // namespace sbxc::bwrap_read
