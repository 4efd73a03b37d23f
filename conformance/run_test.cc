// `sbxc run` as a person meets it: what goes in, what comes out, what status. With the real
// bubblewrap and the real filter, as root (where the tests run as root) and as an ordinary user.
#include <gmock/gmock.h>

#include "conformance/account_for_test.h"
#include "conformance/run_stage_for_test.h"

namespace sbxc::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Run : public ::testing::TestWithParam<Account> {};
INSTANTIATE_TEST_SUITE_P(As, Run, ::testing::ValuesIn(accounts_here()), name_of_account);

TEST_P(Run, PassesOnTheStatusOfTheCommand) {
  const RunStage stage(GetParam());
  EXPECT_EQ(stage.shell("exit 0").status, 0);
  EXPECT_EQ(stage.shell("exit 7").status, 7);
  EXPECT_EQ(stage.shell("kill -TERM $$").status, 128 + 15);
  EXPECT_EQ(stage.shell("kill -KILL $$").status, 128 + 9);
}

TEST_P(Run, SaysWhyACommandCouldNotBeStarted) {
  RunStage stage(GetParam());
  auto missing = stage.run({"no-such-program"});
  EXPECT_EQ(missing.status, 127);
  EXPECT_THAT(missing.err, HasSubstr("error: `no-such-program` is not found in the sandbox\n"));
  stage.scenario().make_file(stage.work() + "/notes.txt", "text", false);
  auto text = stage.run({"./notes.txt"});
  EXPECT_EQ(text.status, 126);
  EXPECT_THAT(text.err, HasSubstr("error: `./notes.txt` cannot be executed: Permission denied\n"));
  EXPECT_EQ(stage.run({}).status, 125);
}

TEST_P(Run, StartsNothingUnderAPolicyWithErrors) {
  const RunStage stage(GetParam(), "sbx 1\n\nallow raed $cwd/**\n");
  const auto result = stage.shell("echo started");
  EXPECT_EQ(result.status, 125);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("raed"));
}

TEST_P(Run, SaysThatNoProgramCanStartWhereThePolicyDoesNotAllowExecve) {
  const RunStage stage(GetParam(), "sbx 1\nallow read /**\nallow exec /usr/**\n");
  const auto result = stage.run({"true"});
  EXPECT_EQ(result.status, 126);
  EXPECT_EQ(
      result.err,
      "error: no program can start inside: the policy does not allow the system call "
      "`execve`\n"
      "help: `use std/base` allows what programs usually call; `allow syscall` adds others\n");
}

// Its first process must not wait for one that can neither become the command nor end.
TEST_P(Run, EndsWhereThePolicyRefusesTheCallsThatEndAProcess) {
  const RunStage stage(GetParam(),
                       "sbx 1\nallow read /**\nallow exec /usr/**\nallow syscall execve\n");
  EXPECT_GT(stage.run({"true"}).status, 128);
  EXPECT_GT(stage.run({"no-such-program"}).status, 128);
}

TEST_P(Run, HandsArgumentsOverAsTheyAre) {
  const RunStage stage(GetParam());
  const auto result = stage.run({"/usr/bin/printf", "[%s]", "", "--", "-q", "--help", "a b",
                                 "new\nline", "\xff\xfe", "$HOME", "'\"\\"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, "[][--][-q][--help][a b][new\nline][\xff\xfe][$HOME]['\"\\]");
}

TEST_P(Run, GivesTheCommandNoEnvironmentButThePolicys) {
  const RunStage stage(GetParam(),
                       kProjectPolicy + "allow env LANG\nset env GREETING = \"hello\"\n");
  const auto result = stage.run({"/usr/bin/env"});
  EXPECT_THAT(result.out, HasSubstr("GREETING=hello\n"));
  EXPECT_THAT(result.out, HasSubstr("LANG=C.UTF-8\n"));
  EXPECT_THAT(result.out, Not(HasSubstr("SSH_AUTH_SOCK")));
  const auto first = stage.shell("cat /proc/1/environ; tr '\\0' '\\n' </proc/1/cmdline");
  EXPECT_THAT(first.out, Not(HasSubstr("SSH_AUTH_SOCK")));
  EXPECT_THAT(first.out, Not(HasSubstr("policy.sbx")));
}

TEST_P(Run, HandsOverNoDescriptorButTheThreeOfTheCommand) {
  RunStage stage(GetParam());
  stage.scenario().make_file(stage.scenario().home() + "/secret", stage.scenario().token(), false);
  const auto result = stage.outside("exec 7<'" + stage.scenario().home() +
                                    "/secret' 20<&7 50<&7 51</\n"
                                    "run /bin/sh -c 'ls /proc/self/fd; cat <&20; cat <&50'");
  EXPECT_THAT(result.out, Not(HasSubstr(stage.scenario().token())));
  EXPECT_EQ(result.out, "0\n1\n2\n3\n");  // 3 is ls's own
}

TEST_P(Run, HoldsNoCapabilityAndCannotReachItsFirstProcess) {
  const RunStage stage(GetParam());
  const auto result = stage.shell("grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status");
  EXPECT_THAT(result.out, HasSubstr("CapPrm:\t0000000000000000"));
  EXPECT_THAT(result.out, HasSubstr("CapBnd:\t0000000000000000"));
  EXPECT_THAT(result.out, HasSubstr("NoNewPrivs:\t1"));
  EXPECT_THAT(result.out, HasSubstr("Seccomp:\t2"));
  for (const std::string file : {"mem", "environ", "fd/0", "root", "cwd"}) {
    const auto first = stage.shell("test ! -e /proc/1/" + file + " || head -c1 /proc/1/" + file);
    EXPECT_TRUE(first.status != 0 || first.out.empty()) << file << ": " << first.out;
  }
}

TEST_P(Run, ShowsNoProcessOfOutside) {
  const RunStage stage(GetParam());
  const auto result = stage.shell("ls /proc | grep -c '^[0-9]'");
  EXPECT_LE(std::stoi(result.out), 5);  // the first, the shell, ls, grep
}

TEST_P(Run, PutsAPipeBeforeRegularFiles) {
  RunStage stage(GetParam());
  const std::string log = stage.scenario().home() + "/log";
  stage.scenario().make_file(log, "before\n", false);
  stage.scenario().make_file(stage.scenario().home() + "/input", "input\n", false);
  // Opening the descriptor anew would truncate the file, or write to what was given to read.
  const auto result = stage.outside(
      "run /bin/bash -c 'cat; echo out; echo err >&2; : >/proc/self/fd/1; { echo spoilt "
      ">/proc/self/fd/0; } 2>/dev/null' <~/input >>~/log 2>&1");
  EXPECT_EQ(testing::read_whole(log), "before\ninput\nout\nerr\n");
  EXPECT_EQ(testing::read_whole(stage.scenario().home() + "/input"), "input\n") << result.err;
}

TEST_P(Run, CopiesLargeFilesInAndOutWhole) {
  RunStage stage(GetParam());
  const auto result = stage.outside(
      "head -c 9000001 /dev/urandom >~/big; run /bin/cat <~/big >~/copy; echo status $?\n"
      "cmp ~/big ~/copy && echo same; run /bin/true <~/big; echo status $?");
  EXPECT_EQ(result.out, "status 0\nsame\nstatus 0\n") << result.err;
}

TEST_P(Run, RefusesADirectoryAsStandardInput) {
  const RunStage stage(GetParam());
  const auto result = stage.outside("run /bin/ls </; echo status $?");
  EXPECT_EQ(result.out, "status 125\n");
  EXPECT_THAT(result.err, HasSubstr("error: standard input is a directory"));
}

TEST_P(Run, RunsWithClosedStandardDescriptors) {
  const RunStage stage(GetParam());
  const auto result = stage.outside("run /bin/sh -c 'cat; echo still here >out.txt' <&- >&- 2>&-");
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(testing::read_whole(stage.work() + "/out.txt"), "still here\n");
}

TEST_P(Run, SaysThatOutputCouldNotBeWritten) {
  const RunStage stage(GetParam());
  const auto result = stage.outside("run /usr/bin/yes >/dev/full; echo status $?");
  EXPECT_THAT(result.out, Not(HasSubstr("status 0")));
}

TEST_P(Run, EndsADaemonWithTheCommand) {
  const RunStage stage(GetParam());
  const auto result = stage.outside(
      "run /bin/sh -c 'setsid sleep 78.25 >/dev/null 2>&1 & exit 3'; echo status $?\n"
      "sleep 0.3; pgrep -f '^sleep 78[.]25' && echo left");
  EXPECT_EQ(result.out, "status 3\n") << result.err;
}

}  // namespace
}  // namespace sbxc::conformance
