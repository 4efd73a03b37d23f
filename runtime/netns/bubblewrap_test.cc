// The real bubblewrap, as root and as an ordinary user, and a program that knows of nothing.
#include <gmock/gmock.h>

#include "runtime/netns/bubblewrap_for_test.h"
#include "runtime/netns/netns.h"
#include "runtime/netns/programs_for_test.h"

namespace sbxc::netns {
namespace {

using testing::HasSubstr;

constexpr const char* kProgram = R"(
import socket
def attempt(f):
    try:
        f(); return "yes"
    except OSError as e:
        return str(e.errno)
def tcp(a, p):
    s = socket.create_connection((a, p), 5); s.close()
def raw():
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
server = socket.create_server(("127.0.0.1", 8080))
for result in (attempt(lambda: tcp("93.184.216.34", 443)), attempt(lambda: tcp("2606:2800::1", 443)),
               attempt(lambda: tcp("93.184.216.34", 80)), attempt(lambda: tcp("127.0.0.1", 8080)),
               attempt(raw)):
    print(result, end=" ")
)";

Order order_for(pid_t process) {
  Order order;
  order.process = process;
  order.ports = {{443, 443}};
  return order;
}

Result<Inside> capture(const Order& order) {
  auto started = Capture::start(order);
  if (!started) return tl::unexpected(started.error());
  return started->finish();
}

// The namespaces are entered while bubblewrap is still at work: it brings `lo` up by itself.
TEST(UnderBubblewrap, EveryConnectionIsCaughtWhicheverUserNamespacesThereAre) {
  std::vector<std::vector<std::string>> cases = {
      {"--unshare-user"},
      {"--unshare-user", "--uid", "1234", "--gid", "1234"},
      {"--unshare-user", "--disable-userns"},
      {}};
  for (const std::vector<std::string>& options : cases) {
    SCOPED_TRACE(testing::PrintToString(options));
    Bubblewrap bubblewrap(options, kProgram);
    const pid_t child = bubblewrap.child();
    ASSERT_GT(child, 0);
    const auto made = capture(order_for(child));
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(bubblewrap.run_it(), "yes yes 111 yes 1 ");
    int caught = 0;
    for (const Listener& listener : made->listeners) {
      if (listener.kind != ListenerKind::captured) continue;
      const Descriptor first = accept_one(listener.socket.get());
      const Descriptor second = accept_one(listener.socket.get());
      EXPECT_EQ(own_address(first.get()), "93.184.216.34:443");
      EXPECT_EQ(own_address(second.get()), "[2606:2800::1]:443");
      ++caught;
    }
    EXPECT_EQ(caught, 1);
  }
}

TEST(UnderBubblewrap, NothingIsReachedWithoutIt) {
  Bubblewrap bubblewrap({"--unshare-user"}, kProgram);
  ASSERT_GT(bubblewrap.child(), 0);
  EXPECT_THAT(bubblewrap.run_it(), HasSubstr("101 101 101 yes "));
}

TEST(UnderBubblewrap, SharedNetworkIsRefused) {
  Bubblewrap bubblewrap({"--unshare-user", "--share-net"}, kProgram);
  const pid_t child = bubblewrap.child();
  ASSERT_GT(child, 0);
  const auto made = capture(order_for(child));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message,
            "no network namespace of its own has process " + std::to_string(child));
}

}  // namespace
}  // namespace sbxc::netns
