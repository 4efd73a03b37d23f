// Programs and names that are not there yet: what the emitter plans for them verifies, and what
// mounts and Landlock cannot hold is declared with a reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/bwrap/read/verified_plan_for_test.h"

namespace sbxc::bwrap_read {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Planned {
  TwoViews views;
  PlanBytes plan;

  Planned(TwoViews files, std::initializer_list<std::string_view> rules, bool static_only = false)
      : views(std::move(files)),
        plan(PlanBytes::of(terse_policy(rules),
                           {.files = &views.files, .static_only = static_only})) {}

  const RuleVerdict& verdict(size_t rule) const { return plan.verdicts[rule]; }
  std::vector<std::string> executable() const {
    return nlohmann::json::parse(plan.json)["landlock"]["execute"];
  }
  // Of the rule's parts that `who` holds, as `operation: why`.
  std::vector<std::string> held(const char* who, uint32_t rule) const {
    std::vector<std::string> all;
    const auto json = nlohmann::json::parse(plan.json);
    for (const auto& part : json[who]) {
      if (part["rule"] == rule) {
        all.push_back(part["operation"].get<std::string>() + ": " + part["why"].get<std::string>());
      }
    }
    return all;
  }
  void expect_verifies() const {
    const Verification verification = plan.verify(views.facts);
    EXPECT_TRUE(verification.holds()) << in_words(verification) << plan.json;
  }
};

TwoViews machine() {
  TwoViews views;
  views.add("/usr/bin/ls").add("/usr/bin/docker").add("/usr/lib/x.so").add("/etc/hosts");
  views.add("/opt/readme").add("/w/src/a.c");
  return views;
}

TEST(LaterNames, WhatAnExceptionTakesFromWritingIsHeldAgainstReadingToo) {
  const Planned planned(machine(), {"allow write /w/** except /w/**/*.key", "allow exec /w/**"});
  EXPECT_THAT(planned.held("broker", 0), Contains("read: a name that the command could make"));
  planned.expect_verifies();
}

TEST(LaterNames, ADenialInsideAMissingDirectoryThatIsDeniedButForItIsHeld) {
  const Planned planned(machine(),
                        {"allow write /w/**", "deny read /w/.ssh/** except /w/.ssh/hosts",
                         "deny write /w/.ssh/hosts"});
  EXPECT_THAT(planned.held("broker", 2), Contains("write: a name that the command could make"));
  planned.expect_verifies();
}

TEST(LaterNames, WhatAnExceptionTakesFromWritingStaysReadableWhereAnotherRuleSaysSo) {
  const Planned planned(
      machine(), {"allow write /w/** except /w/**/*.key", "allow read /w/**", "allow exec /w/**"});
  EXPECT_THAT(planned.held("broker", 0), Contains("write: a name that the command could make"));
  EXPECT_THAT(planned.held("broker", 0), Not(Contains(HasSubstr("read"))));
  planned.expect_verifies();
}

TEST(LaterPrograms, ADeniedOneThatIsMissingGetsNoGrantFromTheDirectoryAbove) {
  const Planned planned(
      machine(), {"allow read /usr/** /etc/**", "allow exec /usr/**", "deny exec /usr/bin/podman"});
  EXPECT_THAT(planned.executable(), Not(Contains("/usr/bin")));
  EXPECT_THAT(planned.executable(), Contains("/usr/bin/ls"));
  EXPECT_THAT(planned.executable(), Contains("/usr/lib"));
  EXPECT_THAT(planned.verdict(2).needs, Contains(Need::landlock));
  planned.expect_verifies();
}

TEST(LaterPrograms, ADeniedOneInAMissingDirectoryIsHeldToo) {
  const Planned planned(machine(),
                        {"allow read /**", "allow exec /**", "deny exec /opt/docker/bin/docker"});
  EXPECT_THAT(planned.executable(), Not(Contains("/opt")));
  EXPECT_THAT(planned.executable(), Contains("/opt/readme"));
  EXPECT_THAT(planned.executable(), Contains("/usr"));
  planned.expect_verifies();
}

TEST(LaterPrograms, ThoseBesideADeniedOneAreDeclaredToWaitForTheNextStart) {
  const Planned planned(
      machine(), {"allow read /usr/** /etc/**", "allow exec /usr/**", "deny exec /usr/bin/docker"});
  EXPECT_EQ(planned.verdict(1).fidelity, Fidelity::narrowed);
  EXPECT_THAT(planned.verdict(1).what, HasSubstr("beside a denied one"));
  EXPECT_EQ(planned.verdict(1).witness, "exec /usr/bin/new");
  EXPECT_EQ(planned.verdict(2).fidelity, Fidelity::exact);
  planned.expect_verifies();
}

TEST(LaterPrograms, ARuleThatSpeaksOfOtherDirectoriesIsNotNarrowed) {
  const Planned planned(machine(), {"allow read /usr/** /opt/**", "allow exec /usr/**",
                                    "deny exec /usr/bin/docker", "allow exec /opt/**"});
  EXPECT_EQ(planned.verdict(1).fidelity, Fidelity::narrowed);
  EXPECT_EQ(planned.verdict(3).fidelity, Fidelity::exact);
  planned.expect_verifies();
}

TEST(LaterPrograms, ThoseInADirectoryThatIsMadeBeforeTheStartCanBeExecuted) {
  const Planned planned(machine(), {"allow read /etc/**", "allow write /home/u/.local/share/**",
                                    "allow exec /home/u/.local/share/**"});
  EXPECT_THAT(planned.executable(), Contains("/home/u/.local/share"));
  planned.expect_verifies();
}

TEST(LaterPrograms, ThoseBelowAMissingNameThatIsDeniedItselfWaitForTheNextStart) {
  const Planned planned(machine(), {"allow exec /w/b/**", "allow write /w/** except /w/b"});
  EXPECT_EQ(planned.verdict(0).fidelity, Fidelity::narrowed);
  planned.expect_verifies();
}

TEST(LaterPrograms, OneThatTakesThePlaceOfADirectoryWaitsForTheNextStart) {
  const Planned planned(machine(), {"allow exec /w/src", "allow write /w/**"});
  EXPECT_EQ(planned.verdict(0).fidelity, Fidelity::narrowed);
  planned.expect_verifies();
}

TEST(LaterPrograms, OneThatTheCommandMayReplaceIsDeclaredToWaitForTheNextStart) {
  const Planned planned(machine().add("/w/tool").add("/w/bin/a"),
                        {"allow write /w/**", "allow exec /w/tool", "allow exec /w/bin/**",
                         "allow read /opt/**", "allow exec /opt/readme"});
  EXPECT_THAT(planned.executable(), ElementsAre("/opt/readme", "/w/bin", "/w/tool"));
  EXPECT_EQ(planned.verdict(1).fidelity, Fidelity::narrowed);
  EXPECT_THAT(planned.verdict(1).what, HasSubstr("takes the place"));
  EXPECT_EQ(planned.verdict(1).witness, "exec /w/tool");
  EXPECT_EQ(planned.verdict(2).fidelity, Fidelity::narrowed) << "another directory may come";
  EXPECT_EQ(planned.verdict(4).fidelity, Fidelity::exact) << "the command cannot replace it";
  planned.expect_verifies();
}

TEST(LaterPrograms, OneInADirectoryThatStaysIsNotNarrowed) {
  const Planned planned(machine(), {"allow write /w/**", "allow exec /w/**", "allow read /opt/**"});
  EXPECT_THAT(planned.executable(), ElementsAre("/w")) << "a mount point cannot be moved";
  EXPECT_EQ(planned.verdict(1).fidelity, Fidelity::exact);
  planned.expect_verifies();
}

TEST(FollowedLinks, AnExceptionIsFollowedWhereTheAllowanceOfTheSameRuleIsNot) {
  TwoViews views = machine();
  views.link("/w/b", "/opt");
  const Planned planned(views, {"allow write /w/b/** /** except /w/*", "allow exec /**"});
  planned.expect_verifies();
}

TEST(LaterNames, ADirectoryOnTheWayToOneThatIsMadeIsNotListedWhereItMayNotBe) {
  const Planned planned(
      machine(), {"allow read /w/** except /w/p", "allow write /w/p/cache/**", "allow exec /w/**"});
  EXPECT_EQ(planned.verdict(0).fidelity, Fidelity::narrowed);
  planned.expect_verifies();
  const Planned other(machine(), {"allow read /w/**", "deny read /w/p", "allow write /w/p/a/b/**",
                                  "allow exec /w/**"});
  other.expect_verifies();
}

TEST(FollowedLinks, WhatOneLeadsToMayBeMadeBeforeTheStart) {
  TwoViews views = machine();
  views.link("/w/cache", "/opt/cache");
  const Planned planned(views, {"allow write /w/cache/**", "allow exec /w/cache/**"});
  const auto before = nlohmann::json::parse(planned.plan.json)["before"];
  ASSERT_FALSE(before.empty());
  EXPECT_EQ(before.back()["path"], "/opt/cache");
  planned.expect_verifies();
}

TEST(LaterPrograms, MountsAloneDeclareThatWhatCanBeReadCanBeExecuted) {
  const Planned planned(machine(),
                        {"allow read /etc/**", "deny read /etc/shadow", "allow write /w/**"}, true);
  EXPECT_EQ(planned.verdict(0).fidelity, Fidelity::widened);
  EXPECT_THAT(planned.verdict(0).what, HasSubstr("can be executed"));
  EXPECT_EQ(planned.verdict(0).witness, "exec /etc/program");
  EXPECT_EQ(planned.verdict(2).fidelity, Fidelity::widened);
  EXPECT_THAT(planned.held("not_held", 0),
              Contains("exec: which of the readable files are programs"));
  planned.expect_verifies();
}

}  // namespace
}  // namespace sbxc::bwrap_read
