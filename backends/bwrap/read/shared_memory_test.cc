// /dev/shm is the sandbox's own memory; a workspace in it is this machine's, and as protected as
// anywhere else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/bwrap/read/verified_plan_for_test.h"

namespace sbxc::bwrap_read {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<Policy> policies() {
  return {terse_policy({"allow read /usr/**", "allow write /dev/shm/ws/**"}),
          terse_policy({"allow read /usr/**", "allow read /**", "allow write /dev/shm/ws/**"}),
          terse_policy({"allow read /usr/**", "allow read /**", "allow write /dev/shm/**",
                        "deny write /dev/shm/ws/.git"}),
          terse_policy({"allow read /usr/**", "allow read /**", "allow write /dev/shm/**",
                        "deny write /dev/shm/ws/.git/**"}),
          terse_policy({"allow read /usr/**", "allow read /**",
                        "allow write /dev/shm/** /dev/shm/ws/**", "deny write /**/*.sbx"}),
          terse_policy({"allow read /usr/**", "allow read /**", "allow write /dev/shm/ws/**",
                        "deny write /**/*.sbx", "deny read /dev/shm/ws/.env"}),
          terse_policy({"allow read /usr/**", "allow read /**", "allow write /dev/shm/**",
                        "deny write /dev/shm/ws/**/.git/hooks/**"})};
}

TwoViews a_machine() {
  TwoViews views;
  views.add("/usr/bin/ls").add("/dev/null", There::device);
  views.add("/dev/shm/ws/main.c");
  return views;
}

void expect_proved(const Policy& policy, const TwoViews& views, bool mounts_alone) {
  const PlanBytes plan = PlanBytes::of(
      policy, {.files = &views.files, .static_only = mounts_alone, .directory = "/dev/shm/ws"});
  const Verification verification = plan.verify(views.facts);
  EXPECT_TRUE(verification.holds()) << in_words(verification) << plan.json;
  EXPECT_THAT(plan.json, HasSubstr(R"("do":"bind","source":"/dev/shm/ws","target":"/dev/shm/ws")"));
}

TEST(SharedMemory, AWorkspaceThereIsShownAndItsNamesAreProtected) {
  TwoViews with_names = a_machine();
  with_names.add("/dev/shm/ws/.git/hooks/pre").add("/dev/shm/ws/a.sbx").add("/dev/shm/ws/.env");
  for (const Policy& policy : policies()) {
    for (const bool mounts_alone : {false, true}) {
      expect_proved(policy, a_machine(), mounts_alone);
      expect_proved(policy, with_names, mounts_alone);
    }
  }
}

// Others' files there are not in the sandbox, so a name of theirs is as good as none.
TEST(SharedMemory, WhatOthersKeepThereIsNeitherShownNorInTheWay) {
  TwoViews views = a_machine();
  views.add("/w/x");
  views.add("/dev/shm/other/a.sbx").add("/dev/shm/other/.git/hooks/pre");
  for (const bool mounts_alone : {false, true}) {
    const PlanBytes plan =
        PlanBytes::of(terse_policy({"allow read /usr/**", "allow read /**",
                                    "allow write /dev/shm/** /w/**", "deny write /**/*.sbx"}),
                      {.files = &views.files, .static_only = mounts_alone, .directory = "/usr"});
    const Verification verification = plan.verify(views.facts);
    EXPECT_TRUE(verification.holds()) << in_words(verification) << plan.json;
    EXPECT_THAT(plan.json, Not(HasSubstr("/dev/shm/other\"")));
  }
}

}  // namespace
}  // namespace sbxc::bwrap_read
