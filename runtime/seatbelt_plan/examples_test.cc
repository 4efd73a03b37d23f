// Every example policy as a run would apply it, proven equal to the policy: messages and mark add
// nothing but the two names that tell whose a process is.
#include <gtest/gtest.h>

#include "backends/seatbelt/evaluated_profile.h"
#include "backends/seatbelt/resolved_policy.h"
#include "backends/seatbelt/verify/verify_seatbelt.h"
#include "backends/target/verification_for_test.h"
#include "compiler/testing/example_files.h"
#include "runtime/seatbelt_plan/seatbelt_plan.h"

namespace sbxc::seatbelt {
namespace {

class Example : public ::testing::TestWithParam<std::string> {};

TEST_P(Example, IsHeldByTheProfileThatIsApplied) {
  ResolveOptions options = ResolvedPolicy::on_a_mac();
  options.read_file = testing::read_from_disk;
  Sources sources;
  Diagnostics diagnostics;
  const auto policy = resolve_file(GetParam(), options, sources, diagnostics);
  ASSERT_TRUE(policy) << render(diagnostics, sources, {});
  const RunPlan plan = plan_seatbelt_run(
      *policy, sources,
      {.mark = "k3y", .environment = {}, .command = {"true"}, .directory = "/Users/alice/work"});
  const Verification found = verify_seatbelt(*policy, plan.profile, plan.lowered.verdicts);
  ASSERT_FALSE(found.unreadable) << in_words(found);
  EXPECT_TRUE(found.misfits.empty()) << in_words(found);
  for (const OperationProof& one : found.operations) {
    EXPECT_NE(one.proof, Proof::not_decided) << in_words(found);
    for (const Disagreement& what : one.disagreements) {
      EXPECT_EQ(what.operation, Operation::mach) << in_words(found);
      EXPECT_TRUE(what.witness == looked_up_by("k3y") || what.witness == hidden_from("k3y"))
          << in_words(found);
    }
  }
  const sbpl::Profile profile = EvaluatedProfile::read(plan.profile, EvaluatedProfile::at_launch());
  EXPECT_LT(profile.estimated_bytes(), sbpl::kMaxCompiledBytes);
}

INSTANTIATE_TEST_SUITE_P(All, Example, ::testing::ValuesIn(testing::example_files()),
                         testing::named_after_file);

}  // namespace
}  // namespace sbxc::seatbelt
