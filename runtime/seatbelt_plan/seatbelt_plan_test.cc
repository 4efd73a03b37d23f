// What a run on macOS would apply, read back by the reader of profiles.
#include "runtime/seatbelt_plan/seatbelt_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/seatbelt/evaluated_profile.h"
#include "backends/seatbelt/resolved_policy.h"

namespace sbxc::seatbelt {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

RunPlan plan_of(std::string_view text, std::map<std::string, std::string> environment = {}) {
  const ResolvedPolicy resolved = ResolvedPolicy::of(text);
  return plan_seatbelt_run(resolved.policy, resolved.sources,
                           {.mark = "k3y",
                            .environment = std::move(environment),
                            .command = {"true"},
                            .directory = "/Users/alice/work"});
}

sbpl::Profile read(const RunPlan& plan) {
  return EvaluatedProfile::read(plan.profile, EvaluatedProfile::at_launch());
}

sbpl::Verdict lookup(const sbpl::Profile& profile, const std::string& name) {
  sbpl::Request request;
  request.names["global-name"] = name;
  return profile.decide(sbpl::find_operation("mach-lookup").value(), request).verdict;
}

constexpr std::string_view kPolicy =
    "sbx 1\nallow read /usr/**\nallow write $cwd/**\ndeny write $cwd/*.lock\n"
    "allow connect example.com:443\n";

TEST(SeatbeltPlan, AppliesAProfileThatDecidesAsTheCompiledOne) {
  const ResolvedPolicy resolved = ResolvedPolicy::of(kPolicy);
  const EvaluatedProfile compiled = EvaluatedProfile::of(resolved.policy, resolved.sources);
  const sbpl::Profile applied = read(plan_of(kPolicy));
  for (const char* operation :
       {"file-read-data", "file-write-data", "file-write-create", "file-write-unlink"}) {
    for (const char* path : {"/usr/bin/env", "/Users/alice/work/a", "/Users/alice/work/a.lock",
                             "/Users/alice/.ssh/id", "/Users/alice/work"}) {
      EXPECT_EQ(applied
                    .decide(sbpl::find_operation(operation).value(),
                            {.path = path, .vnode_type = "REGULAR-FILE"})
                    .verdict,
                compiled.path(operation, path))
          << operation << ' ' << path;
    }
  }
}

TEST(SeatbeltPlan, LetsTheProcessesOfARunBeToldFromAllOthers) {
  for (const char* services : {"", "allow mach *\n", "deny mach *\n"}) {
    const sbpl::Profile profile = read(plan_of(std::string(kPolicy) + services));
    EXPECT_EQ(lookup(profile, looked_up_by("k3y")), sbpl::Verdict::allow) << services;
    EXPECT_EQ(lookup(profile, hidden_from("k3y")), sbpl::Verdict::deny) << services;
    EXPECT_EQ(lookup(profile, looked_up_by("other")) == sbpl::Verdict::allow &&
                  lookup(profile, hidden_from("other")) == sbpl::Verdict::deny,
              false)
        << services;
  }
}

TEST(SeatbeltPlan, PutsTheRunsMessageOnEveryRuleThatDenies) {
  const std::string profile = plan_of(kPolicy).profile;
  EXPECT_THAT(profile, HasSubstr("(deny (with message \"sbxc-k3y\") default)"));
  size_t at = 0;
  while ((at = profile.find("\n(deny ", at)) != std::string::npos) {
    EXPECT_EQ(profile.substr(at + 7, 14), "(with message ") << profile.substr(at, 80);
    ++at;
  }
}

TEST(WithMessage, LeavesStringsAndCommentsAlone) {
  EXPECT_EQ(with_message(
                "(deny a \"(deny b\\\" (deny c\" #\"(deny \\\" (deny d)) ; (deny e\n(deny f)", "m"),
            "(deny (with message \"m\") a \"(deny b\\\" (deny c\" #\"(deny \\\" "
            "(deny (with message \"m\") d)) ; (deny e\n(deny (with message \"m\") f)");
}

TEST(WithMessage, EndsAtTheEndOfAStringThatIsNeverClosed) {
  EXPECT_EQ(with_message("(deny \"(deny ", "m"), "(deny (with message \"m\") \"(deny ");
  EXPECT_EQ(with_message("\"\\", "m"), "\"\\");
  EXPECT_EQ(with_message("", "m"), "");
}

TEST(SeatbeltPlan, GivesTheVariablesThatThePolicyPassesOrSets) {
  const RunPlan plan = plan_of(
      "sbx 1\nallow env LANG, KEPT_*\ndeny env KEPT_SECRET\nset env A=\"1\"\n",
      {{"LANG", "C"}, {"KEPT_X", "x"}, {"KEPT_SECRET", "s"}, {"OTHER", "o"}, {"A", "outside"}});
  EXPECT_THAT(plan.environment,
              ElementsAre(Pair("A", "1"), Pair("KEPT_X", "x"), Pair("LANG", "C")));
}

TEST(SeatbeltPlan, GivesNoCommandWhatTheLoaderObeys) {
  const RunPlan plan =
      plan_of("sbx 1\nallow env *\nset env DYLD_LIBRARY_PATH=\"/x\"\n",
              {{"DYLD_INSERT_LIBRARIES", "/evil.dylib"}, {"__XPC_DYLD_X", "y"}, {"LANG", "C"}});
  EXPECT_THAT(plan.environment, ElementsAre(Pair("LANG", "C")));
  EXPECT_THAT(plan.withheld, ElementsAre("DYLD_LIBRARY_PATH"));
}

TEST(SeatbeltPlan, LeavesOutWhatIsForTheOtherSystem) {
  const RunPlan plan = plan_of(
      "sbx 1\non linux {\n  set env A=\"1\"\n  limit open-files 5\n  allow connect "
      "a.example:443\n}\n"
      "on macos {\n  set env B=\"2\"\n  limit time 60s\n}\n");
  EXPECT_THAT(plan.environment, ElementsAre(Pair("B", "2")));
  ASSERT_EQ(plan.limits.size(), 1U);
  EXPECT_EQ(plan.limits[0].kind, LimitKind::time);
  EXPECT_TRUE(plan.limits[0].by_the_clock);
  EXPECT_FALSE(plan.network);
  EXPECT_THAT(plan.profile, Not(HasSubstr("(param \"PROXY_PORT\")")));
  EXPECT_THAT(plan.withheld, IsEmpty());
}

TEST(SeatbeltPlan, NeedsAProxyOnlyWhereSomethingMayBeReached) {
  EXPECT_TRUE(plan_of(kPolicy).network);
  EXPECT_FALSE(plan_of("sbx 1\ndeny connect a.example:443\nallow read /usr/**\n").network);
}

}  // namespace
}  // namespace sbxc::seatbelt
