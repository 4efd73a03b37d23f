// Whose namespace it is, what is wrong with it, and who dies when.
#include <gmock/gmock.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <chrono>

#include "runtime/netns/netlink.h"
#include "runtime/netns/netns.h"
#include "runtime/netns/programs_for_test.h"
#include "runtime/netns/sandbox_process_for_test.h"

namespace sbxc::netns {
namespace {

using testing::HasSubstr;

Order order_for(pid_t process) {
  Order order;
  order.process = process;
  order.ports = {{443, 443}};
  order.loopback = Loopback::raise;
  return order;
}

Result<Inside> capture(const Order& order) {
  auto started = Capture::start(order);
  if (!started) return tl::unexpected(started.error());
  return started->finish();
}

std::string connect_out() { return try_to_connect("93.184.216.34", 443); }

TEST(NetnsSurroundings, OwnerOfTheNetworkIsAskedWhenTheCommandIsInADeeperUserNamespace) {
  SandboxProcess inside(connect_out, {.deeper = true});
  ASSERT_TRUE(inside.made());
  const auto made = capture(order_for(inside.process()));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(inside.run_it(), "connected");
}

// A program that was executed in its own user namespace may be not dumpable; this one was executed
// outside, where an ordinary user has no say over processes that are not.
TEST(NetnsSurroundings, ProcessThatIsNotDumpableIsEnteredOrRefused) {
  SandboxProcess inside(connect_out, {.not_dumpable = true});
  ASSERT_TRUE(inside.made());
  const auto made = capture(order_for(inside.process()));
  if (geteuid() == 0) {
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(inside.run_it(), "connected");
  } else {
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().error, EACCES);
    EXPECT_EQ(inside.run_it(), "ENETUNREACH");
  }
}

TEST(NetnsSurroundings, NoNamespaceOfItsOwnIsRefusedBeforeAnythingIsDone) {
  const auto made = capture(order_for(getpid()));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message,
            "no network namespace of its own has process " + std::to_string(getpid()));
}

TEST(NetnsSurroundings, ProcessThatIsGoneIsSaidToBe) {
  SandboxProcess inside(connect_out);
  const pid_t process = inside.process();
  inside.kill_it();
  const auto made = capture(order_for(process));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message,
            "there is no process " + std::to_string(process) + ": No such process");
}

TEST(NetnsSurroundings, AnotherProcessWithTheSameNumberIsNotTaken) {
  SandboxProcess was(connect_out);
  SandboxProcess now(connect_out);
  const Descriptor pidfd(static_cast<int>(syscall(SYS_pidfd_open, was.process(), 0)));
  Order order = order_for(now.process());
  order.process_descriptor = pidfd.get();
  auto made = capture(order);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().error, ESRCH);
  order.process = was.process();
  EXPECT_TRUE(capture(order));
  was.kill_it();
  made = capture(order);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().error, ESRCH);
}

TEST(NetnsSurroundings, SecondInterfaceIsRefused) {
  Surroundings around;
  around.before = [] {
    auto netlink = Netlink::open(NETLINK_ROUTE);
    if (!netlink) _exit(2);
    Requests requests;
    ifinfomsg link{};
    link.ifi_flags = IFF_UP;
    link.ifi_change = IFF_UP;
    requests.begin(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, bytes_of(link));
    requests.text(IFLA_IFNAME, "way-out");
    requests.nest(IFLA_LINKINFO);
    requests.attribute(IFLA_INFO_KIND, "veth");
    requests.end_nest();
    const auto errors = netlink->perform(requests);
    if (!errors || errors->front() != 0) _exit(3);
  };
  SandboxProcess inside(connect_out, around);
  ASSERT_TRUE(inside.made()) << "a veth pair is needed for this";
  const auto made = capture(order_for(inside.process()));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "the sandbox's network has an interface besides `lo`");
}

// bubblewrap brings it up itself, and dies when it was up before.
TEST(NetnsSurroundings, LoopbackIsWaitedFor) {
  auto raise = [] {
    auto netlink = Netlink::open(NETLINK_ROUTE);
    Requests requests;
    ifinfomsg link{};
    link.ifi_index = 1;
    link.ifi_flags = IFF_UP;
    link.ifi_change = IFF_UP;
    requests.begin(RTM_NEWLINK, NLM_F_ACK, bytes_of(link));
    if (!netlink || !netlink->perform(requests)) _exit(3);
  };
  int wait[2];
  ASSERT_EQ(pipe2(wait, O_CLOEXEC), 0);
  const Descriptor reader(wait[0]);
  Descriptor writer(wait[1]);
  int up[2];
  ASSERT_EQ(pipe2(up, O_CLOEXEC), 0);
  const Descriptor ready(up[0]);
  Descriptor say(up[1]);
  const pid_t process = fork();
  if (process == 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) _exit(1);
    prctl(PR_SET_DUMPABLE, 1);
    (void)!write(up[1], "+", 1);
    char byte = 0;
    (void)!read(wait[0], &byte, 1);
    raise();
    (void)!read(wait[0], &byte, 1);
    _exit(0);
  }
  char byte = 0;
  ASSERT_EQ(read(ready.get(), &byte, 1), 1);
  Order order = order_for(process);
  order.loopback = Loopback::await;
  auto started = Capture::start(order);
  ASSERT_TRUE(started);
  usleep(20'000);
  ASSERT_EQ(write(writer.get(), "r", 1), 1);
  const auto made = started->finish();
  EXPECT_TRUE(made) << made.error().message;

  order.wait_milliseconds = 50;
  kill(process, SIGKILL);
  waitpid(process, nullptr, 0);
  SandboxProcess down(connect_out);
  order.process = down.process();
  const auto late = capture(order);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().error, ETIMEDOUT);
  EXPECT_EQ(down.run_it(), "ENETUNREACH");
}

TEST(NetnsSurroundings, ProcessKilledInTheMiddleIsNoHang) {
  for (int microseconds = 0; microseconds < 3000; microseconds += 300) {
    SandboxProcess inside(connect_out);
    auto started = Capture::start(order_for(inside.process()));
    ASSERT_TRUE(started);
    usleep(static_cast<useconds_t>(microseconds));
    inside.kill_it();
    const auto made = started->finish();
    const int error = made ? 0 : made.error().error;
    EXPECT_TRUE(error == 0 || error == ESRCH) << made.error().message;
  }
}

bool ends_within_seconds(int pidfd, int seconds) {
  pollfd waiting{pidfd, POLLIN, 0};
  return poll(&waiting, 1, seconds * 1000) == 1;
}

TEST(NetnsSurroundings, ChildEndsWithItsParentHoweverThatEnds) {
  SandboxProcess inside(connect_out);
  int up[2];
  ASSERT_EQ(pipe2(up, O_CLOEXEC), 0);
  const Descriptor reader(up[0]);
  Descriptor writer(up[1]);
  const pid_t parent = fork();
  if (parent == 0) {
    Order order = order_for(inside.process());
    order.sockets_on_demand = true;
    auto started = Capture::start(order);
    if (!started || !started->finish()) _exit(1);
    const pid_t child = started->process();
    (void)!write(up[1], &child, sizeof child);
    pause();
    _exit(0);
  }
  pid_t child = -1;
  ASSERT_EQ(read(up[0], &child, sizeof child), ssize_t{sizeof child});
  const Descriptor pidfd(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
  ASSERT_TRUE(pidfd);
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  EXPECT_TRUE(ends_within_seconds(pidfd.get(), 5));
}

TEST(NetnsSurroundings, ChildEndsWithItsOwner) {
  SandboxProcess inside(connect_out);
  Order order = order_for(inside.process());
  order.sockets_on_demand = true;
  Descriptor pidfd;
  {
    auto started = Capture::start(order);
    ASSERT_TRUE(started && started->finish());
    pidfd.reset(static_cast<int>(syscall(SYS_pidfd_open, started->process(), 0)));
    ASSERT_TRUE(pidfd);
    EXPECT_FALSE(ends_within_seconds(pidfd.get(), 0));
  }
  EXPECT_TRUE(ends_within_seconds(pidfd.get(), 5));
}

}  // namespace
}  // namespace sbxc::netns
