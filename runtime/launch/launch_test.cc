// A start by hand, without a policy: what is noticed between planning and mounting.
#include "runtime/launch/launch.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "runtime/launch/order_for_test.h"
#include "runtime/launch/program_place.h"

namespace sbxc::launch {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST(Launch, StartsWhatWasPlanned) {
  const Stage stage;
  const auto status = launch(stage.order({"/usr/bin/test", "-d", "/shown"}));
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(*status, 0);
}

// The first real-time signals too, of which each C library keeps others for itself.
TEST(Launch, StartsTheCommandWithNoSignalIgnoredOrBlocked) {
  const std::vector<int> ignored = {SIGUSR1, SIGPIPE, __libc_current_sigrtmin(), SIGRTMAX};
  for (const int signal : ignored) std::signal(signal, SIG_IGN);
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  for (const int signal : {SIGUSR2, __libc_current_sigrtmin()}) sigaddset(&blocked, signal);
  sigprocmask(SIG_BLOCK, &blocked, &before);
  const Stage stage;
  const auto status = launch(stage.order(
      {"/bin/sh", "-c", "test $(grep -cE '^Sig(Ign|Blk):.0{16}$' /proc/self/status) = 2"}));
  sigprocmask(SIG_SETMASK, &before, nullptr);
  for (const int signal : ignored) std::signal(signal, SIG_DFL);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(*status, 0);
}

TEST(Launch, RefusesASourceThatHasBecomeALink) {
  const Stage stage;
  fs::remove(stage.at("planned"));
  fs::create_directory_symlink(stage.at("other"), stage.at("planned"));
  const auto status = launch(stage.order({"/usr/bin/true"}));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().status, kOwnFailure);
  EXPECT_THAT(status.error().message, HasSubstr("has become a link since it was planned"));
}

// A run that had made it has ended since.
TEST(Launch, MakesADirectoryOfRunsAgain) {
  const Stage stage;
  Launch order = stage.order({"/usr/bin/touch", "/shown/file"});
  *(std::ranges::find(order.arguments, stage.at("planned")) - 1) = "--bind";
  order.shared = {stage.at("planned")};
  fs::remove(stage.at("planned"));
  const auto status = launch(order);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(*status, 0);
  EXPECT_TRUE(fs::exists(stage.at("planned") + "/file"));
  fs::remove(stage.at("planned") + "/file");
  ASSERT_TRUE(launch(order));
  EXPECT_TRUE(fs::exists(stage.at("planned") + "/file"));
}

TEST(Launch, RemovesADirectoryThatItMadeAndThatIsEmpty) {
  const Stage stage;
  Launch order = stage.order({"/usr/bin/true"});
  order.shared = {stage.at("planned")};
  fs::remove(stage.at("planned"));
  const auto status = launch(order);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_FALSE(fs::exists(stage.at("planned")));
}

TEST(Launch, RefusesASourceBehindADirectoryThatHasBecomeALink) {
  const Stage stage;
  fs::create_directory(stage.at("other") + "/planned");
  Launch order = stage.order({"/usr/bin/true"});
  fs::create_directory_symlink(stage.at("other"), stage.at("way"));
  order.mounted = {{stage.at("way") + "/planned", "/shown"}};
  const auto status = launch(order);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("has become a link since it was planned"));
}

// As if it had been exchanged after it was looked at and before it was mounted.
TEST(Launch, RefusesAMountOfSomethingElse) {
  const Stage stage;
  Launch order = stage.order({"/usr/bin/true"});
  order.mounted = {{stage.at("other"), "/shown"}};
  const auto status = launch(order);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().status, kOwnFailure);
  EXPECT_THAT(status.error().message,
              HasSubstr("`/shown` is not what it was when the sandbox was planned"));
}

TEST(Launch, SaysWhatBubblewrapComplainsOf) {
  const Stage stage;
  Launch order = stage.order({"/usr/bin/true"});
  order.arguments.insert(order.arguments.end(), {"--ro-bind", stage.at("missing"), "/missing"});
  const auto status = launch(order);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "bubblewrap could not make the sandbox");
  ASSERT_EQ(status.error().notes.size(), 1U);
  EXPECT_THAT(status.error().notes[0], HasSubstr("missing: No such file or directory"));
}

TEST(Launch, EndsTheCommandWhenADenialCannotBeRecorded) {
  const Stage stage;
  Launch order = stage.order({"/usr/bin/sleep", "60"});
  order.broker = [](const std::function<Asked()>&, int reports) {
    return write(reports, "x", 1) == 1 ? 0 : 1;
  };
  order.on_reports = [](std::string_view) { return false; };
  const auto status = launch(order);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("could not be recorded"));
}

TEST(Launch, EndsTheCommandWithItsBroker) {
  const Stage stage;
  Launch order = stage.order({"/usr/bin/sleep", "60"});
  order.broker = [](const std::function<Asked()>&, int) {
    (void)!write(STDERR_FILENO, "out of luck\n", 12);
    return 3;
  };
  const auto status = launch(order);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("the broker ended before the command"));
  EXPECT_THAT(status.error().notes, ::testing::ElementsAre("it says: out of luck"));
}

TEST(FilePlace, IsOnWhatIsMountedAndBeforeItIsMadeReadOnly) {
  std::vector<std::string> arguments = {"--tmpfs",      "/etc", "--chmod", "0111", "/etc",
                                        "--remount-ro", "/etc", "--chdir", "/"};
  place_file(arguments, 9, "/etc/hosts");
  EXPECT_THAT(arguments,
              ::testing::ElementsAre("--tmpfs", "/etc", "--perms", "0444", "--ro-bind-data", "9",
                                     "/etc/hosts", "--chmod", "0111", "/etc", "--remount-ro",
                                     "/etc", "--chdir", "/"));
}

TEST(FilePlace, NeedsNoMountInTheSandboxsOwnRootAndTakesThePlaceOfTheMachines) {
  std::vector<std::string> arguments = {"--dir",        "/etc",      "--ro-bind", "/etc/hosts",
                                        "/etc/hosts",   "--ro-bind", "/usr",      "/usr",
                                        "--remount-ro", "/"};
  place_file(arguments, 9, "/etc/hosts");
  EXPECT_THAT(arguments,
              ::testing::ElementsAre("--dir", "/etc", "--ro-bind", "/usr", "/usr", "--perms",
                                     "0444", "--file", "9", "/etc/hosts", "--remount-ro", "/"));
}

TEST(FilePlace, IsAMountWhereTheDirectoryIsOneOrTheRootCanBeWritten) {
  for (const std::vector<std::string>& around :
       {std::vector<std::string>{"--ro-bind", "/etc", "/etc", "--remount-ro", "/"},
        {"--ro-bind", "/", "/", "--remount-ro", "/"},
        {"--symlink", "usr/etc", "/etc", "--remount-ro", "/"},
        {"--dir", "/etc", "--ro-bind-try", "/etc/hosts", "/etc/hosts", "--remount-ro", "/"},
        {"--dir", "/etc"}}) {
    std::vector<std::string> arguments = around;
    place_file(arguments, 9, "/etc/hosts");
    EXPECT_THAT(arguments, ::testing::Contains("--ro-bind-data"));
    EXPECT_THAT(arguments, ::testing::Not(::testing::Contains("--file")));
  }
}

TEST(ProgramPlace, IsTheDescriptorWhereThereIsAProcessTable) {
  std::vector<std::string> arguments = {"--proc", "/proc"};
  EXPECT_EQ(place_program(arguments, 9), "/proc/self/fd/9");
  EXPECT_EQ(arguments.size(), 2U);
}

TEST(ProgramPlace, IsAFileWhereTheProcessTableIsHiddenOrMissing) {
  std::vector<std::string> hidden = {"--perms", "0755", "--tmpfs", "/proc", "--chdir", "/"};
  EXPECT_EQ(place_program(hidden, 9), "/proc/.sbxc-init");
  EXPECT_THAT(hidden,
              ::testing::ElementsAre("--perms", "0755", "--tmpfs", "/proc", "--perms", "0555",
                                     "--ro-bind-data", "9", "/proc/.sbxc-init", "--chdir", "/"));
  std::vector<std::string> missing = {"--chdir", "/"};
  EXPECT_EQ(place_program(missing, 9), "/.sbxc-init");
  EXPECT_EQ(missing.front(), "--perms");
}

}  // namespace
}  // namespace sbxc::launch
