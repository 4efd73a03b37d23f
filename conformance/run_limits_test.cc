// What `sbxc run` does with the limits of a policy, and what it says of one that was met. Control
// groups are seen where version 2 has the controllers and root delegates one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "conformance/account_for_test.h"
#include "conformance/run_stage_for_test.h"
#include "runtime/limits/delegated_group_for_test.h"

namespace sbxc::conformance {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class RunLimits : public ::testing::TestWithParam<Account> {};
INSTANTIATE_TEST_SUITE_P(As, RunLimits, ::testing::ValuesIn(accounts_here()), name_of_account);

TEST_P(RunLimits, SetWhatTheKernelCountsForEachProcess) {
  const RunStage stage(GetParam(), kProjectPolicy + "limit open-files 40, file-size 1MiB\n");
  EXPECT_EQ(stage.shell("ulimit -n").out, "40\n");
  EXPECT_EQ(stage.shell("head -c 2000000 /dev/zero >f; stat -c %s f").out, "1048576\n");
}

TEST_P(RunLimits, ProcessesAreLimitedOrItIsSaidThatTheyCannotBe) {
  const RunStage stage(GetParam(), kProjectPolicy + "limit processes 20\n");
  const auto bomb = stage.run({"/usr/bin/python3", "-c",
                               "import subprocess\nn = 0\ntry:\n  while n < 60: "
                               "subprocess.Popen(['/bin/sleep', '30']); n += 1\n"
                               "except BlockingIOError: pass\nprint(n)"});
  if (bomb.status == 0) {
    EXPECT_LE(std::stoi(bomb.out), 20) << bomb.err;
  } else {
    EXPECT_EQ(bomb.status, 6) << bomb.err;
    EXPECT_THAT(bomb.err, HasSubstr("error: `limit processes` cannot be held here: "));
  }
}

TEST_P(RunLimits, ACommandEndsWithAllItStartedAfterItsTimeAndItIsSaid) {
  const RunStage stage(GetParam(), kProjectPolicy + "limit time 1s\n");
  const auto result =
      stage.outside("run /bin/sh -c 'trap \"\" TERM; sleep 77.5 & sleep 77.5'; echo status $?");
  EXPECT_EQ(result.out, "status 124\n") << result.err;
  EXPECT_EQ(result.err, "limit reached: time: the command was ended\n  limit time 1s\n    " +
                            stage.policy_path() + ":6:7\n");
}

TEST_P(RunLimits, AStatusOfItsOwnIsNotTakenForTheEndOfTheTime) {
  const RunStage stage(GetParam(), kProjectPolicy + "limit time 60s\n");
  const auto result = stage.shell("exit 124");
  EXPECT_EQ(result.status, 124);
  EXPECT_EQ(result.err, "");
}

TEST_P(RunLimits, ALimitThatWasMetIsRecorded) {
  const RunStage stage(GetParam(), kProjectPolicy + "limit time 1s\n");
  const auto result =
      stage.run({"/bin/sleep", "30"}, {"--quiet", "--audit", stage.home() + "/audit"});
  EXPECT_EQ(result.status, 124);
  EXPECT_EQ(result.err, "");
  const std::string audit = testing::read_whole(stage.home() + "/audit");
  EXPECT_THAT(audit, AllOf(HasSubstr(R"({"event":"limit","time":")"),
                           HasSubstr(R"(Z","limit":"time","value":1,"at":")" + stage.policy_path() +
                                     ":6:7\"}\n{\"event\":\"end\"")));
}

// An ordinary user who starts sbxc in a group of his own.
class InAGroup : public ::testing::Test {
 protected:
  bool has(const char* controller) const {
    if (group_.is_there() && group_.has(controller)) return true;
    std::cerr << "NOT SEEN ON THIS MACHINE: a delegated control group with the " << controller
              << " controller\n";
    EXPECT_TRUE(!group_.is_there() ||
                !limits::words_of(group_.path() + "/cgroup.controllers").contains(controller));
    return false;
  }
  Account user() const {
    return {.name = "an ordinary user",
            .change_to = group_.kUser,
            .through = {"/bin/sh", "-c",
                        "echo 0 >'" + group_.path() + "/cgroup.procs' && exec \"$@\"", "sh"}};
  }

  const limits::DelegatedGroup group_;
};

TEST_F(InAGroup, MemoryIsThatWhichIsUsedAndNotAddresses) {
  if (!has("memory")) return;
  const RunStage stage(user(), kProjectPolicy + "limit memory 64MiB\n");
  const auto result =
      stage.run({"/usr/bin/python3", "-c", "import mmap; print(len(mmap.mmap(-1, 512 << 20)))"});
  EXPECT_EQ(result.out, "536870912\n") << result.err;
  EXPECT_EQ(result.err, "");
}

TEST_F(InAGroup, WhoeverUsesTooMuchMemoryIsEndedAndItIsSaid) {
  if (!has("memory")) return;
  const RunStage stage(user(), kProjectPolicy + "limit memory 64MiB\n");
  const auto result = stage.run({"/usr/bin/python3", "-c", "bytearray(b'x') * (200 << 20)"});
  EXPECT_EQ(result.status, 137) << result.err;
  EXPECT_EQ(result.err,
            "limit reached: memory: the kernel ended 1 process\n  limit memory 64MiB\n    " +
                stage.policy_path() + ":6:7\n");
}

TEST_F(InAGroup, ProcessesThatAreNotStartedAreTold) {
  if (!has("pids")) return;
  const RunStage stage(user(), kProjectPolicy + "limit processes 5\n");
  const auto result = stage.shell("for i in 1 2 3 4 5 6 7 8; do sleep 1 & done; wait");
  EXPECT_NE(result.status, 0);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("limit reached: processes: the kernel refused to start a process"),
                    EndsWith("  limit processes 5\n    " + stage.policy_path() + ":6:7\n")));
}

TEST_F(InAGroup, NothingIsSaidOfALimitThatWasNotMet) {
  if (!has("pids") || !has("memory")) return;
  const RunStage stage(user(), kProjectPolicy + "limit processes 50, memory 1GiB\n");
  const auto result = stage.shell("sleep 0.1 & wait; echo done");
  EXPECT_EQ(result.out, "done\n");
  EXPECT_THAT(result.err, Not(HasSubstr("limit")));
}

}  // namespace
}  // namespace sbxc::conformance
