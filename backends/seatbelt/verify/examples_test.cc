// Every example policy, compiled and verified: all are decided, and hold.
#include <gtest/gtest.h>

#include "backends/seatbelt/resolved_policy.h"
#include "backends/seatbelt/seatbelt.h"
#include "backends/seatbelt/verify/verify_seatbelt.h"
#include "backends/target/verification_for_test.h"
#include "compiler/testing/example_files.h"

namespace sbxc::seatbelt_verify {
namespace {

class Example : public ::testing::TestWithParam<std::string> {};

TEST_P(Example, IsHeldByItsProfile) {
  ResolveOptions options = seatbelt::ResolvedPolicy::on_a_mac();
  options.read_file = testing::read_from_disk;
  Sources sources;
  Diagnostics diagnostics;
  const auto policy = resolve_file(GetParam(), options, sources, diagnostics);
  ASSERT_TRUE(policy) << render(diagnostics, sources, {});
  const Lowered lowered = lower_seatbelt(*policy, sources, {});
  const Verification found =
      verify_seatbelt(*policy, lowered.artifacts.at(0).bytes, lowered.verdicts);
  EXPECT_TRUE(found.holds()) << in_words(found);
}

INSTANTIATE_TEST_SUITE_P(All, Example, ::testing::ValuesIn(testing::example_files()),
                         testing::named_after_file);

}  // namespace
}  // namespace sbxc::seatbelt_verify
