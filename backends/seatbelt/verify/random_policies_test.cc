// The profile of a random policy is held to be right by verify; when a rule is taken out of the
// policy afterwards, and that changes what the policy decides, it no longer is.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "backends/seatbelt/verify/verified.h"
#include "compiler/policy/random_policy.h"

namespace sbxc::seatbelt_verify {
namespace {

RC_GTEST_PROP(VerifySeatbelt, HoldsForWhatIsEmittedForARandomPolicy, ()) {
  const testing::RandomPolicy random = *testing::random_policy();
  const Policy policy = random.policy();
  const Lowered lowered = lower_seatbelt(policy, {}, {});
  const Verification found =
      verify_seatbelt(policy, lowered.artifacts.at(0).bytes, lowered.verdicts);
  if (!found.holds()) RC_LOG() << in_words(found) << lowered.artifacts.at(0).bytes;
  RC_ASSERT(found.holds());
}

}  // namespace
}  // namespace sbxc::seatbelt_verify
