// `sbxc run` on a Mac as a person meets it: what goes in, what comes out, what status, what is
// left.
#include <csignal>

#include "conformance/macos/mac_stage_for_test.h"

namespace sbxc::conformance {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(MacRun, PassesOnTheStatusOfTheCommand) {
  const MacStage stage;
  const auto well = stage.shell("exit 0");
  EXPECT_EQ(well.status, 0) << well.err;
  EXPECT_EQ(stage.shell("exit 7").status, 7);
  EXPECT_EQ(stage.shell("kill -TERM $$").status, 128 + SIGTERM);
}

TEST(MacRun, SaysWhyACommandCouldNotBeStarted) {
  const MacStage stage;
  const auto missing = stage.run({"no-such-program"});
  EXPECT_EQ(missing.status, 127);
  EXPECT_THAT(missing.err, HasSubstr("error: `no-such-program` is not found in the sandbox\n"));
  testing::write_whole(stage.work() + "/notes.txt", "text");
  EXPECT_EQ(stage.run({"./notes.txt"}).status, 126);
}

TEST(MacRun, StartsNothingUnderAPolicyWithErrors) {
  const MacStage stage("sbx 1\n\nallow raed $cwd/**\n");
  const auto result = stage.shell("echo started");
  EXPECT_EQ(result.status, 125);
  EXPECT_THAT(result.out, IsEmpty());
}

TEST(MacRun, HandsArgumentsOverAsTheyAre) {
  const MacStage stage;
  const auto result =
      stage.run({"/usr/bin/printf", "[%s]", "", "--", "a b", "new\nline", "$HOME", "'\"\\"});
  EXPECT_EQ(result.out, "[][--][a b][new\nline][$HOME]['\"\\]") << result.err;
}

TEST(MacRun, GivesTheEnvironmentOfThePolicyAndNothingOfTheLoaders) {
  MacStage stage(kMacPolicy + "allow env LANG, DYLD_*\nset env GREETING = \"hello\"\n");
  stage.environment() = {{"LANG", "C"}, {"TOKEN", "t0ken"}, {"DYLD_PRINT_LIBRARIES", "1"}};
  const auto result = stage.run({"/usr/bin/env"});
  EXPECT_THAT(result.out, AllOf(HasSubstr("GREETING=hello\n"), HasSubstr("LANG=C\n"),
                                Not(HasSubstr("t0ken")), Not(HasSubstr("DYLD_"))))
      << result.err;
}

TEST(MacRun, EndsACommandAfterItsTime) {
  const MacStage stage(kMacPolicy + "limit time 1s\n");
  EXPECT_EQ(stage.run({"/bin/sleep", "60"}).status, 124);
}

TEST(MacRun, SetsLimits) {
  const MacStage stage(kMacPolicy + "limit open-files 64\n");
  EXPECT_EQ(stage.shell("ulimit -n").out, "64\n");
}

// What a process leaves its session, its group and its parent for does not help it.
TEST(MacRun, EndsEverythingThatTheCommandLeaves) {
  const MacStage stage;
  const auto result = stage.shell(
      "perl -e 'use POSIX; fork and exit; setsid; fork and exit; "
      "open F, \">pid\"; print F $$; close F; sleep 120' && "
      "while ! test -s pid; do sleep 0.05; done; echo started");
  ASSERT_THAT(result.out, HasSubstr("started")) << result.err;
  const pid_t left = std::atoi(testing::read_whole(stage.work() + "/pid").c_str());
  ASSERT_GT(left, 1);
  EXPECT_EQ(kill(left, 0), -1);
  if (kill(left, 0) == 0) kill(left, SIGKILL);
}

TEST(MacRun, LeavesNothingWhenItIsKilled) {
  const MacStage stage;
  const auto result = stage.outside(
      "HOME='" + stage.home() + "' '" + program_on_this_mac() + "' run '" + stage.policy_path() +
      "' -- /bin/sh -c 'echo $$ > pid; exec /bin/sleep 120' & sbxc=$!\n"
      "i=0; while ! test -s pid && test $i -lt 200; do sleep 0.05; i=$((i+1)); done\n"
      "kill -KILL $sbxc; i=0\n"
      "while kill -0 $(cat pid) 2>/dev/null && test $i -lt 200; do sleep 0.05; i=$((i+1)); done\n"
      "kill -KILL $(cat pid) 2>/dev/null && echo left || echo gone");
  EXPECT_THAT(result.out, HasSubstr("gone")) << result.err;
}

TEST(MacRun, PassesSignalsOn) {
  const MacStage stage;
  const auto result = stage.outside(
      "HOME='" + stage.home() + "' '" + program_on_this_mac() + "' run '" + stage.policy_path() +
      "' -- /bin/sh -c 'trap \"echo got; exit 3\" TERM; touch ready; while :; do sleep 0.05; done' "
      "& sbxc=$!\n"
      "i=0; while ! test -e ready && test $i -lt 400; do sleep 0.05; i=$((i+1)); done\n"
      "kill -TERM $sbxc; wait $sbxc; echo status $?");
  EXPECT_THAT(result.out, HasSubstr("got\nstatus 3\n")) << result.err;
}

TEST(MacRun, TellsWhatWasDeniedAndByWhichRule) {
  const MacStage stage(kMacPolicy + "deny write $cwd/**/*.lock because \"held\"\n");
  const auto result =
      stage.shell("touch a.lock; touch b; exit 5", {"--audit", "../../audit.jsonl"});
  EXPECT_EQ(result.status, 5);
  EXPECT_TRUE(exists(stage.work() + "/b"));
  EXPECT_FALSE(exists(stage.work() + "/a.lock"));
  EXPECT_THAT(result.err, AllOf(HasSubstr("denied: write " + stage.work() + "/a.lock"),
                                HasSubstr("deny write $cwd/**/*.lock because \"held\""),
                                HasSubstr("policy.sbx:6:1")));
  EXPECT_THAT(testing::read_whole(stage.root() + "/audit.jsonl"),
              AllOf(HasSubstr("\"event\":\"denied\""), HasSubstr("\"operation\":\"write\""),
                    HasSubstr("\"status\":5")));
}

TEST(MacRun, SaysNothingOfDenialsWhenItIsQuiet) {
  const MacStage stage;
  const auto result = stage.shell("cat ../secret.txt 2>/dev/null; exit 5", {"--quiet"});
  EXPECT_EQ(result.status, 5);
  EXPECT_THAT(result.err, Not(HasSubstr("denied:")));
}

TEST(MacRun, TellsWhatItWouldDo) {
  const MacStage stage;
  const auto result = stage.run({"true"}, {"--dry-run"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("sandbox     Seatbelt"), HasSubstr("(version 1)")));
}

TEST(MacDoctor, FindsSeatbelt) {
  const MacStage stage;
  const auto result = stage.program({"doctor", stage.policy_path()});
  EXPECT_EQ(result.status, 0) << result.out << result.err;
}

}  // namespace
}  // namespace sbxc::conformance
