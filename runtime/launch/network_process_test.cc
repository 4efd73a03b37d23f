// Whoever serves a sandbox's network: told which process is inside, waited for, and its end
// noticed.
#include "runtime/launch/network_process.h"

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "runtime/launch/order_for_test.h"

namespace sbxc::launch {
namespace {

using ::testing::HasSubstr;

void until_the_end(const NetworkEnds& ends) {
  pollfd stop{ends.stop, POLLIN, 0};
  while (poll(&stop, 1, -1) < 0) {
  }
}

TEST(Network, StandsBeforeTheCommandStarts) {
  const Stage stage;
  Launch order = stage.order({"/usr/bin/test", "-e", "/shown/stands"});
  const std::string file = stage.at("planned") + "/stands";
  order.network.serve = [&](const NetworkEnds& ends) {
    const Joining joining = ends.wait();
    usleep(50'000);  // a command that did not wait would be over
    if (joining.process > 0) std::ofstream(file) << joining.process;
    ends.tell(std::nullopt);
    until_the_end(ends);
    return 0;
  };
  const auto status = launch(order);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(*status, 0);
}

TEST(Network, IsOfTheProcessInside) {
  const Stage stage;
  Launch order = stage.order({"/usr/bin/true"});
  order.arguments.insert(order.arguments.begin(), "--unshare-net");
  struct stat own {};
  ASSERT_EQ(stat("/proc/self/ns/net", &own), 0);
  order.network.serve = [&](const NetworkEnds& ends) {
    const Joining joining = ends.wait();
    struct stat inside {};
    const std::string path = "/proc/" + std::to_string(joining.process) + "/ns/net";
    const bool other = stat(path.c_str(), &inside) == 0 && inside.st_ino != own.st_ino;
    ends.tell(other ? std::nullopt : std::optional(Failure{.message = "the same network"}));
    until_the_end(ends);
    return 0;
  };
  const auto status = launch(order);
  ASSERT_TRUE(status) << status.error().message;
}

TEST(Network, ThatCannotBeMadeKeepsTheCommandFromStarting) {
  const Stage stage;
  Launch order = stage.order({"/usr/bin/touch", "/shown/ran"});
  const auto shown = std::ranges::find(order.arguments, stage.at("planned"));
  *(shown - 1) = "--bind";
  order.network.serve = [](const NetworkEnds& ends) {
    ends.wait();
    ends.tell(Failure{.status = kCannotEnforce, .message = "no such thing", .help = "get one"});
    return 0;
  };
  const auto status = launch(order);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().status, kCannotEnforce);
  EXPECT_EQ(status.error().message, "no such thing");
  EXPECT_EQ(status.error().help, "get one");
  EXPECT_FALSE(std::filesystem::exists(stage.at("planned") + "/ran"));
}

TEST(Network, ThatEndsBeforeItStandsKeepsTheCommandFromStarting) {
  const Stage stage;
  Launch order = stage.order({"/usr/bin/sleep", "60"});
  order.network.serve = [](const NetworkEnds&) {
    (void)!write(STDERR_FILENO, "out of luck\n", 12);
    return 3;
  };
  const auto status = launch(order);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("the egress proxy ended before the command"));
  EXPECT_THAT(status.error().notes, ::testing::ElementsAre("it says: out of luck"));
}

TEST(Network, TakesTheCommandWithIt) {
  const Stage stage;
  Launch order = stage.order({"/usr/bin/sleep", "60"});
  order.network.serve = [](const NetworkEnds& ends) {
    ends.wait();
    ends.tell(std::nullopt);
    usleep(100'000);
    return 3;
  };
  const auto status = launch(order);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("the egress proxy ended before the command"));
}

TEST(Network, MayEndWhenThereIsNoSandbox) {
  const Stage stage;
  Launch order = stage.order({"/usr/bin/true"});
  order.arguments.insert(order.arguments.end(), {"--ro-bind", stage.at("missing"), "/missing"});
  order.network.serve = [](const NetworkEnds& ends) {
    if (ends.wait().process > 0) until_the_end(ends);
    return 0;
  };
  const auto status = launch(order);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "bubblewrap could not make the sandbox");
}

TEST(Network, TellsWhatItReportsAndWhatItNotes) {
  const Stage stage;
  Launch order = stage.order({"/usr/bin/true"});
  std::string reports;
  std::vector<std::string> notes;
  order.network.on_reports = [&](std::string_view bytes) {
    reports += bytes;
    return true;
  };
  order.on_note = [&](const std::string& note) { notes.push_back(note); };
  order.network.serve = [](const NetworkEnds& ends) {
    ends.wait();
    ends.say("a port is taken");
    ends.tell(std::nullopt);
    until_the_end(ends);
    return write(ends.reports, "at the end", 10) == 10 ? 0 : 1;
  };
  const auto status = launch(order);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(reports, "at the end");
  EXPECT_THAT(notes, ::testing::ElementsAre("a port is taken"));
}

TEST(OwnFile, IsShownInsteadOfWhatIsMounted) {
  const Stage stage;
  std::ofstream(stage.at("planned") + "/name") << "outside";
  Launch order = stage.order({"/usr/bin/grep", "-qx", "inside", "/shown/name"});
  order.files = {{"/shown/name", "inside\n"}};
  const auto status = launch(order);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(*status, 0);
}

TEST(ChildIn, IsTheNumberThatBubblewrapTells) {
  EXPECT_EQ(child_in("{\n    \"child-pid\": 1234,\n    \"cgroup-namespace\": 5\n}\n"), 1234);
  EXPECT_EQ(child_in("{\n    \"child-pid\": 1234\n}\n"), 1234);
}

TEST(ChildIn, IsNoneUntilItIsWhole) {
  const std::string whole = "{ \"child-pid\": 1234";
  for (size_t size = 0; size <= whole.size(); ++size) {
    EXPECT_EQ(child_in(whole.substr(0, size)), -1) << size;
  }
  EXPECT_EQ(child_in("{ \"child-pid\": -4 }"), -1);
  EXPECT_EQ(child_in("{ \"child-pid\": 99999999999999 }"), -1);
}

}  // namespace
}  // namespace sbxc::launch
