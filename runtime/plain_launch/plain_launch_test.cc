// The launcher of macOS, where it can be tried on any system: whatever confines the command is a
// function of the test's.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include "runtime/plain_launch/launched_for_test.h"

namespace sbxc::plain {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kInItsOwnSession = "perl -MPOSIX -e 'setsid; exec qw(sleep 300)'";

TEST(PlainLaunch, PassesOnTheStatusOfTheCommand) {
  EXPECT_EQ(outcome_of(shell("exit 0")).status, 0);
  EXPECT_EQ(outcome_of(shell("exit 7")).status, 7);
  EXPECT_EQ(outcome_of(shell("kill -TERM $$")).status, 128 + SIGTERM);
  EXPECT_EQ(outcome_of(shell("kill -KILL $$")).status, 128 + SIGKILL);
}

TEST(PlainLaunch, SaysWhyACommandCouldNotBeStarted) {
  const Outcome missing = outcome_of(order_for({"no-such-program"}));
  EXPECT_EQ(missing.status, launch::kNotFound);
  EXPECT_EQ(missing.err, "`no-such-program` is not found in the sandbox\n");
  const Outcome unfit = outcome_of(order_for({"/etc/passwd"}));
  EXPECT_EQ(unfit.status, launch::kCannotExecute);
  EXPECT_EQ(unfit.err, "`/etc/passwd` cannot be executed: Permission denied\n");
  Order nowhere = shell("true");
  nowhere.directory = "/no/such/directory";
  EXPECT_EQ(outcome_of(nowhere).status, launch::kOwnFailure);
}

TEST(PlainLaunch, RunsNothingThatIsNotConfined) {
  Order order = shell("echo started");
  order.confine = [](std::string& why) {
    why = "line 3: unbound variable";
    return false;
  };
  const Outcome outcome = outcome_of(order);
  EXPECT_EQ(outcome.status, launch::kCannotEnforce);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_EQ(outcome.err,
            "the system did not take the sandbox's profile\nit says: line 3: unbound variable\n");
}

TEST(PlainLaunch, LooksForTheProgramWhenItIsConfined) {
  Order order = order_for({"true"});
  order.environment = {mark_of_this_test(), "PATH=/no/such/place"};
  EXPECT_EQ(outcome_of(order).status, launch::kNotFound);
}

TEST(PlainLaunch, GivesTheEnvironmentOfTheOrderAndNoOther) {
  ASSERT_EQ(setenv("SBXC_OUTSIDE", "1", 1), 0);
  const Outcome outcome = outcome_of(order_for({"/usr/bin/env"}));
  EXPECT_EQ(outcome.out, mark_of_this_test() + "\nPATH=/usr/bin:/bin\n");
}

TEST(PlainLaunch, HandsArgumentsOverAsTheyAre) {
  const Outcome outcome =
      outcome_of(order_for({"/usr/bin/printf", "[%s]", "", "--", "a b", "new\nline", "\xff\xfe"}));
  EXPECT_EQ(outcome.out, "[][--][a b][new\nline][\xff\xfe]");
}

TEST(PlainLaunch, ClosesEveryDescriptorButThree) {
  const int high = fcntl(0, F_DUPFD, 700);
  ASSERT_GE(high, 700);
  const Outcome outcome = outcome_of(shell("ls /dev/fd/ | sort -n | tr '\\n' ' '"));
  close(high);
  // 3 is the directory that `ls` reads.
  EXPECT_EQ(outcome.out, "0 1 2 3 ");
}

TEST(PlainLaunch, PutsAPipeBeforeARegularFile) {
  char name[] = "/tmp/sbxc-plain-XXXXXX";
  const int file = mkstemp(name);
  ASSERT_EQ(write(file, "from a file\n", 12), 12);
  lseek(file, 0, SEEK_SET);
  const Outcome outcome = outcome_of(shell("test -p /dev/stdin && cat"), file);
  close(file);
  unlink(name);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "from a file\n");
}

TEST(PlainLaunch, StartsInTheDirectoryOfTheOrder) {
  Order order = order_for({"/bin/pwd"});
  order.directory = "/usr";
  EXPECT_EQ(outcome_of(order).out, "/usr\n");
}

TEST(PlainLaunch, SetsLimitsBeforeTheCommandBegins) {
  Order order = shell("ulimit -n; ulimit -f");
  order.limits = {{RLIMIT_NOFILE, 77}, {RLIMIT_FSIZE, 512 * 1024}};
  const Outcome outcome = outcome_of(order);
  EXPECT_THAT(outcome.out, ::testing::StartsWith("77\n"));
  EXPECT_THAT(outcome.out, ::testing::AnyOf(HasSubstr("\n1024\n"), HasSubstr("\n512\n")));
}

TEST(PlainLaunch, EndsACommandAfterItsTime) {
  Order order = order_for({"/bin/sleep", "100"});
  order.time = std::chrono::seconds(1);
  EXPECT_EQ(outcome_of(order).status, launch::kTimedOut);
}

TEST(PlainLaunch, PassesSignalsOn) {
  for (const auto& [signal, name] :
       {std::pair{SIGINT, "INT"}, {SIGTERM, "TERM"}, {SIGUSR1, "USR1"}}) {
    Launched run(shell(std::string("trap 'echo got; exit 3' ") + name +
                       "; echo ready; while :; do sleep 0.05; done"));
    ASSERT_EQ(run.line(), "ready");
    kill(run.process(), signal);
    const Outcome outcome = run.wait();
    EXPECT_EQ(outcome.status, 3) << name;
    EXPECT_EQ(outcome.out, "got\n") << name;
  }
}

// At the first of these moments nothing stands yet, and the launching process itself is ended.
TEST(PlainLaunch, EndsByASignalAtAnyMomentOfItsStart) {
  for (unsigned moment = 0; moment < 40; ++moment) {
    Launched run(order_for({"/bin/sleep", "60"}));
    usleep(moment * 200);
    kill(run.process(), SIGTERM);
    const Outcome outcome = run.wait();
    EXPECT_THAT(outcome.status, ::testing::AnyOf(-SIGTERM, 128 + SIGTERM)) << moment;
    EXPECT_EQ(outcome.err, "");
  }
}

// The grace after which everything is ended is five seconds.
TEST(PlainLaunch, EndsNothingAfterAHangUpThatTheCallerIgnores) {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  Launched run(shell("echo ready; sleep 6; kill -HUP $$; echo went on; exit 4"));
  std::signal(SIGHUP, before);
  ASSERT_EQ(run.line(), "ready");
  kill(run.process(), SIGHUP);
  const Outcome outcome = run.wait();
  EXPECT_EQ(outcome.status, 4);
  EXPECT_EQ(outcome.out, "went on\n");
}

TEST(PlainLaunch, EndsEverythingThatTheCommandLeaves) {
  const Outcome outcome = outcome_of(
      shell(std::string(kInItsOwnSession) + " & (trap '' HUP TERM; sleep 300) & exit 4"));
  EXPECT_EQ(outcome.status, 4);
  EXPECT_TRUE(marked_processes(mark_of_this_test()).empty());
}

TEST(PlainLaunch, LeavesNothingWhenItIsKilled) {
  Launched run(shell(std::string(kInItsOwnSession) + " & echo ready; sleep 300"));
  ASSERT_EQ(run.line(), "ready");
  ASSERT_FALSE(marked_processes(mark_of_this_test()).empty());
  kill(run.process(), SIGKILL);
  EXPECT_TRUE(none_is_left(mark_of_this_test()));
}

TEST(PlainLaunch, TellsWhatTheWatcherSaysAlsoAfterTheEnd) {
  Order order = shell("exit 0");
  order.watcher = {"/bin/sh", "-c", "echo ready; echo one; sleep 0.1; echo two; sleep 300"};
  order.on_line = [](std::string_view line) {
    const std::string text = std::string(line) + "\n";
    return write(1, text.data(), text.size()) > 0;
  };
  EXPECT_EQ(outcome_of(order).out, "one\ntwo\n");
}

TEST(PlainLaunch, TakesAnEventForOneAlsoAsTheFirstLine) {
  Order order = shell("exit 0");
  order.watcher = {"/bin/sh", "-c", "echo '{1}'; echo '{2}'; sleep 300"};
  order.on_line = [](std::string_view line) { return write(1, line.data(), line.size()) > 0; };
  EXPECT_EQ(outcome_of(order).out, "{1}{2}");
}

TEST(PlainLaunch, WaitsNoLongerThanASecondForAWatcher) {
  Order order = shell("echo runs");
  order.watcher = {"/bin/sleep", "300"};
  order.on_line = [](std::string_view) { return true; };
  EXPECT_EQ(outcome_of(order).out, "runs\n");
}

TEST(PlainLaunch, SaysThatDenialsWillNotBeTold) {
  Order order = shell("echo runs");
  order.watcher = {"/bin/false"};
  order.on_line = [](std::string_view) { return true; };
  order.on_note = [](const std::string& note) { (void)!write(2, note.data(), note.size()); };
  const Outcome outcome = outcome_of(order);
  EXPECT_EQ(outcome.out, "runs\n");
  EXPECT_THAT(outcome.err, HasSubstr("what is denied will not be told: `/bin/false`"));
}

TEST(PlainLaunch, EndsACommandWhoseDenialsCannotBeRecorded) {
  Order order = shell("sleep 300");
  order.watcher = {"/bin/sh", "-c", "echo ready; echo one; sleep 300"};
  order.on_line = [](std::string_view) { return false; };
  const Outcome outcome = outcome_of(order);
  EXPECT_EQ(outcome.status, launch::kOwnFailure);
  EXPECT_EQ(outcome.err, "what was denied could not be recorded, so the command was ended\n");
}

TEST(PlainLaunch, TakesReportsOfWhatServesTheCommandToTheLast) {
  Pipe reports = open_pipe();
  Order order = shell("exit 0");
  order.reports = reports.read.get();
  order.on_reports = [](std::string_view bytes) {
    return write(1, bytes.data(), bytes.size()) > 0;
  };
  ASSERT_EQ(write(reports.write.get(), "told", 4), 4);
  EXPECT_EQ(outcome_of(order).out, "told");
}

}  // namespace
}  // namespace sbxc::plain
