// The kernel's settings in /proc: what is emitted for rules about them verifies, shows nothing
// beside what a rule names, and says that it stays read-only.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/bwrap/read/verified_plan_for_test.h"

namespace sbxc::bwrap_read {
namespace {

using ::testing::HasSubstr;

TwoViews machine() {
  TwoViews views;
  views.add("/proc/sys/vm/drop_caches").add("/proc/sys/vm/swappiness");
  views.add("/proc/sys/kernel/core_pattern").add("/proc/uptime").add("/proc/sysrq-trigger");
  views.add("/etc/hosts");
  return views;
}

PlanBytes expect_verified(const TwoViews& views, std::initializer_list<std::string_view> rules) {
  PlanBytes plan = PlanBytes::of(terse_policy(rules), {.files = &views.files});
  const Verification verification = plan.verify(views.facts);
  EXPECT_TRUE(verification.holds()) << in_words(verification) << plan.json;
  return plan;
}

TEST(VerifySettings, OneThatMayBeReadIsThereAlone) {
  const TwoViews views = machine();
  expect_verified(views, {"allow read /proc/sys/vm/drop_caches"});
  expect_verified(views, {"allow read /proc/sys/vm/**"});
  expect_verified(views, {"allow read /proc/sys/vm/** except /proc/sys/vm/swappiness"});
  expect_verified(views, {"allow read /proc/sys"});
  expect_verified(views, {"allow read /proc/sys/kernel/*", "allow read /proc/self/**"});
  expect_verified(views, {"allow read /proc/**", "deny read /proc/sys/vm/**"});
}

TEST(VerifySettings, OneThatMayBeWrittenStaysReadOnlyAndTheRuleSaysSo) {
  const TwoViews views = machine();
  for (const std::string_view rule :
       {"allow write /proc/sys/vm/drop_caches", "allow write /proc/sys/**", "allow write /proc/**",
        "allow write /proc/sysrq-trigger", "allow write /proc/{sys/vm,self}/**"}) {
    SCOPED_TRACE(rule);
    const PlanBytes plan = expect_verified(views, {rule});
    EXPECT_EQ(plan.verdicts[0].fidelity, Fidelity::narrowed);
    EXPECT_THAT(plan.verdicts[0].what, HasSubstr("settings stay read-only"));
  }
}

}  // namespace
}  // namespace sbxc::bwrap_read
