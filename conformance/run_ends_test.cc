// How a run ends when somebody interferes: signals to the supervisor, and SIGKILL to any process of
// the chain at any moment. Nothing may be left: no process, no mount point, no file.
#include <gmock/gmock.h>

#include "conformance/account_for_test.h"
#include "conformance/run_stage_for_test.h"

namespace sbxc::conformance {
namespace {

class RunEnds : public ::testing::TestWithParam<Account> {};
INSTANTIATE_TEST_SUITE_P(As, RunEnds, ::testing::ValuesIn(accounts_here()), name_of_account);

// A number of seconds that nobody else sleeps: to find the process again.
std::string odd_sleep() {
  static int made = 0;
  return "sleep 91." + std::to_string(getpid()) + std::to_string(++made);
}

// Waits until the sleeper is there (or gone), at most ten seconds. What ran before, of somebody
// else on the machine, is nothing to us.
const std::string kWaiting =
    "pgrep -f '^bwrap --args' >before\n"
    "there() { for i in $(seq 200); do pgrep -f \"^$1\" >/dev/null && return; sleep 0.05; done; "
    "echo 'never came'; }\n"
    "gone() { for i in $(seq 200); do pgrep -f \"^$1\" | grep -qvxFf before || return 0; sleep "
    "0.05; "
    "done; "
    "echo 'still there'; }\n";

TEST_P(RunEnds, APassedOnSignalIsTheCommandsToAnswer) {
  const RunStage stage(GetParam());
  const auto result = stage.outside(
      "run /bin/bash -c 'trap \"echo got it; exit 5\" TERM; touch ready; while :; do sleep 0.05; "
      "done' & pid=$!\n"
      "while [ ! -e ready ]; do sleep 0.05; done; kill -TERM $(pgrep -P $pid || echo $pid)\n"
      "wait $pid; echo status $?");
  EXPECT_EQ(result.out, "got it\nstatus 5\n") << result.err;
}

// Before there is a command, while it starts, and when it runs.
TEST_P(RunEnds, ASignalAtAnyMomentOfTheStartEndsARunAsItEndsACommand) {
  const RunStage stage(GetParam());
  const auto result = stage.outside(
      "for i in $(seq 0 59); do '" + stage.program() + "' run '" + stage.policy_path() +
      "' -- /bin/sleep 60 & pid=$!; sleep 0.$(printf %03d $((i * 2))); kill -TERM $pid; wait "
      "$pid 2>/dev/null; echo $?; done | sort | uniq -c | tr -s ' '");
  EXPECT_EQ(result.out, " 60 143\n");
  EXPECT_EQ(result.err, "");
}

TEST_P(RunEnds, ACommandThatIgnoresTheSignalIsEndedAfterAGrace) {
  const RunStage stage(GetParam());
  const std::string sleeper = odd_sleep();
  const auto result = stage.outside(
      kWaiting + "run /bin/sh -c 'trap \"\" TERM; " + sleeper + "' & pid=$!; there '" + sleeper +
      "'\nkill -TERM $(pgrep -P $pid || echo $pid); wait $pid; echo status $?; gone '" + sleeper +
      "'");
  EXPECT_EQ(result.out, "status 137\n") << result.err;
}

TEST_P(RunEnds, WithTheSupervisorKilledEverythingEnds) {
  const RunStage stage(GetParam());
  const std::string sleeper = odd_sleep();
  const auto result = stage.outside(
      kWaiting + "'" + stage.program() + "' run '" + stage.policy_path() + "' -- " + sleeper +
      " & there '" + sleeper + "'; kill -KILL $!; gone '" + sleeper + "'; gone 'bwrap --args'");
  EXPECT_EQ(result.out, "") << result.err;
}

TEST_P(RunEnds, WithBubblewrapKilledEverythingEndsAndItIsSaid) {
  const RunStage stage(GetParam());
  const std::string sleeper = odd_sleep();
  const auto result = stage.outside(
      kWaiting + "'" + stage.program() + "' run '" + stage.policy_path() + "' -- " + sleeper +
      " & pid=$!; there '" + sleeper +
      "'; kill -KILL $(pgrep -P $(pgrep -d, -P $pid) bwrap); wait $pid; echo status $?; gone '" +
      sleeper + "'");
  EXPECT_EQ(result.out, "status 125\n") << result.err;
  EXPECT_THAT(result.err, ::testing::HasSubstr("error: the sandbox was ended from outside\n"));
}

// Killed at sixty moments of its start, which takes a few milliseconds.
TEST_P(RunEnds, KilledAtAnyMomentOfItsStartNothingIsLeft) {
  const RunStage stage(GetParam(), kProjectPolicy + "allow write ~/made/here/**\n");
  const std::string sleeper = odd_sleep();
  const auto result = stage.outside(
      kWaiting + "for i in $(seq 0 59); do\n'" + stage.program() + "' run '" + stage.policy_path() +
      "' -- " + sleeper +
      " 2>/dev/null & pid=$!; sleep 0.$(printf %03d $((i * 2))); kill -KILL $pid; wait $pid "
      "2>/dev/null\ndone\n"
      "gone '" +
      sleeper +
      "'; gone 'bwrap --args'\n"
      "for i in $(seq 100); do [ -e ~/made ] || break; sleep 0.05; done; ls -d ~/made 2>/dev/null\n"
      "run /bin/echo the next run works");
  EXPECT_EQ(result.out, "the next run works\n") << result.err;
}

// Bubblewrap waits for its plan while the policy is read.
TEST_P(RunEnds, KilledBeforeThereIsAPlanNothingIsStartedOrLeft) {
  const RunStage stage(GetParam());
  const auto result = stage.outside(
      kWaiting + "mkfifo slow.sbx\nfor victim in supervisor keeper bwrap; do\n'" + stage.program() +
      "' run slow.sbx -- /bin/sh -c 'echo started; touch started' 2>said & pid=$!\n"
      "exec 3>slow.sbx; for i in $(seq 200); do keeper=$(pgrep -P $pid); "
      "bwrap=$(pgrep -P ${keeper:-1} bwrap) && break; sleep 0.02; done\n"
      "case $victim in supervisor) kill -KILL $pid;; keeper) kill -KILL $keeper;; "
      "bwrap) kill -KILL $bwrap;; esac\n"
      "cat '" +
      stage.policy_path() +
      "' >&3; exec 3>&-; wait $pid 2>/dev/null; echo $victim $?\n"
      "for one in $keeper $bwrap; do tail --pid=$one -s 0.02 -f /dev/null; done\n"
      "done; ls started 2>/dev/null; grep -c ^error said");
  EXPECT_EQ(result.out, "supervisor 137\nkeeper 125\nbwrap 125\n1\n") << result.err;
}

// Python, for a shell does not let its children ignore this one.
TEST_P(RunEnds, WhoeverIgnoresEndedChildrenStillLearnsTheEnd) {
  const RunStage stage(GetParam());
  const auto result = stage.outside(
      "timeout 20 python3 -c 'import os, signal, sys\n"
      "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
      "os.execv(sys.argv[1], sys.argv[1:])' '" +
      stage.program() + "' run '" + stage.policy_path() +
      "' -- /bin/sh -c '/bin/true & wait $! && echo seen; exit 3'; "
      "echo status $?");
  EXPECT_EQ(result.out, "seen\nstatus 3\n") << result.err;
}

// As nohup(1) and a script's `&` do; what else the caller ignores is its own affair.
TEST_P(RunEnds, TheCommandIgnoresWhatATerminalSendsIfTheCallerDoes) {
  const RunStage stage(GetParam());
  const std::string ignored = " run /bin/grep SigIgn /proc/self/status; ";
  const auto result = stage.outside("(" + ignored + ")\n(trap '' HUP TERM PIPE USR1 CHLD XFSZ;" +
                                    ignored + ")\n(trap '' HUP INT QUIT; " + ignored + ")");
  EXPECT_EQ(result.out,
            "SigIgn:\t0000000000000000\nSigIgn:\t0000000000000001\nSigIgn:\t0000000000000007\n")
      << result.err;
}

TEST_P(RunEnds, AHangUpThatTheCallerIgnoresEndsNothing) {
  const RunStage stage(GetParam());
  const auto result = stage.outside(
      "(trap '' HUP; exec '" + stage.program() + "' run '" + stage.policy_path() +
      "' -- /bin/sh -c 'echo >ready; while [ ! -e go ]; do sleep 0.05; done; echo went on; exit "
      "4') & pid=$!\n"
      "while [ ! -e ready ]; do sleep 0.05; done; kill -HUP $pid; sleep 6; echo >go; wait $pid; "
      "echo status $?");
  EXPECT_EQ(result.out, "went on\nstatus 4\n") << result.err;
}

TEST_P(RunEnds, ALimitThatIsTooLowForItIsAnErrorToTell) {
  const RunStage stage(GetParam());
  const auto result =
      stage.outside("ulimit -f 0; (run /bin/echo started; echo status $?) 2>&1 | cat");
  EXPECT_EQ(result.out,
            "error: a file in memory could not be written: File too large\n"
            "help: `ulimit -f` is too low for what sbxc needs itself: raise it\nstatus 125\n")
      << result.err;
}

TEST_P(RunEnds, APolicyThatCannotBeUsedLeavesNothing) {
  const RunStage stage(GetParam());
  const auto result = stage.outside("echo 'sbx 1\nallow nothing' >bad.sbx; '" + stage.program() +
                                    "' run bad.sbx -- /bin/true & pid=$!; wait $pid; echo $?; "
                                    "pgrep -g $(ps -o pgid= $$) bwrap");
  EXPECT_EQ(result.out, "125\n") << result.err;
}

TEST_P(RunEnds, WhatWasMadeForItIsRemovedIfItIsEmpty) {
  const RunStage stage(GetParam(), kProjectPolicy + "allow write ~/made/here/**, ~/kept/**\n");
  const auto result = stage.outside(
      "run /bin/sh -c 'ls -d ~/made/here; echo x >~/kept/file' ; ls ~ | grep -E 'made|kept'");
  EXPECT_EQ(result.out, stage.work().substr(0, stage.work().rfind('/')) + "/made/here\nkept\n")
      << result.err;
}

// Whoever ends first must not take the directory away from the others.
TEST_P(RunEnds, WhatWasMadeIsLeftToRunsThatStillUseIt) {
  const RunStage stage(GetParam(), kProjectPolicy + "allow write ~/made/here/**\n");
  const auto result = stage.outside(
      "run /bin/sh -c 'echo >first; while [ ! -e second ]; do sleep 0.05; done' &\n"
      "while [ ! -e first ]; do sleep 0.05; done\n"
      "run /bin/sh -c 'echo >second; while [ ! -e over ]; do sleep 0.05; done; echo kept "
      ">~/made/here/file && cat ~/made/here/file' & last=$!\n"
      "wait %1; ls -d ~/made/here; echo >over; wait $last");
  EXPECT_EQ(result.out, stage.home() + "/made/here\nkept\n") << result.err;
  const auto many = stage.outside(
      "rm -rf ~/made; for i in $(seq 12); do run /bin/sh -c 'ls -d ~/made/here' >out$i 2>err$i & "
      "done; "
      "wait; cat out* | sort | uniq -c | tr -s ' '; cat err*");
  EXPECT_EQ(many.out, " 12 " + stage.home() + "/made/here\n") << many.err;
}

}  // namespace
}  // namespace sbxc::conformance
