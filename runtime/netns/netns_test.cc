// Real namespaces, as root and as an ordinary user: what programs in one can reach, and how.
#include "runtime/netns/netns.h"

#include <gmock/gmock.h>
#include <sys/syscall.h>

#include "runtime/netns/datagram.h"
#include "runtime/netns/programs_for_test.h"
#include "runtime/netns/sandbox_process_for_test.h"

namespace sbxc::netns {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

Order order_for(const SandboxProcess& inside, Ports ports) {
  Order order;
  order.process = inside.process();
  order.ports = std::move(ports);
  order.loopback = Loopback::raise;
  return order;
}

Result<Inside> capture(const Order& order) {
  auto started = Capture::start(order);
  if (!started) return tl::unexpected(started.error());
  return started->finish();
}

const Listener* find(const Inside& made, ListenerKind kind, uint16_t port, bool v6) {
  for (const Listener& listener : made.listeners) {
    if (listener.kind == kind && listener.port == port && listener.v6 == v6) return &listener;
  }
  return nullptr;
}

TEST(Netns, CatchesAConnectionToAnyAddressAndTellsWhereItWasMeantToGo) {
  for (const auto& [address, seen] :
       {std::pair{"93.184.216.34", "93.184.216.34:443"},
        std::pair{"2606:2800::1", "[2606:2800::1]:443"}, std::pair{"127.0.0.1", "127.0.0.1:443"},
        std::pair{"240.0.0.1", "240.0.0.1:443"},
        std::pair{"169.254.169.254", "169.254.169.254:443"}, std::pair{"fd00::1", "[fd00::1]:443"},
        std::pair{"::ffff:10.1.2.3", "10.1.2.3:443"}}) {
    SandboxProcess inside([&] { return try_to_connect(address, 443); });
    ASSERT_TRUE(inside.made());
    const auto made = capture(order_for(inside, {{80, 80}, {443, 443}}));
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(made->v6);
    inside.go();
    const Listener* listener = find(*made, ListenerKind::captured, 443, true);
    ASSERT_NE(listener, nullptr);
    const Descriptor accepted = accept_one(listener->socket.get());
    ASSERT_TRUE(accepted) << address;
    EXPECT_EQ(own_address(accepted.get()), seen);
    EXPECT_EQ(inside.result(), "connected");
  }
}

TEST(Netns, RefusesEveryOtherPortAtOnce) {
  SandboxProcess inside([] {
    std::string all;
    for (const uint16_t port : {uint16_t{22}, uint16_t{444}, uint16_t{8080}}) {
      all += try_to_connect("93.184.216.34", port) + " ";
      all += try_to_connect("2606:2800::1", port) + " ";
    }
    return all + try_to_ask("93.184.216.34", 443) + " " + try_to_ask("2606:2800::1", 443);
  });
  const auto made = capture(order_for(inside, {{443, 443}}));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(inside.run_it(),
            "ECONNREFUSED ECONNREFUSED ECONNREFUSED ECONNREFUSED ECONNREFUSED ECONNREFUSED "
            "ECONNREFUSED ECONNREFUSED");
}

TEST(Netns, AnswersADatagramFromTheAddressThatItWasSentTo) {
  for (const bool v6 : {false, true}) {
    SandboxProcess inside([&] { return try_to_ask(v6 ? "2001:4860:4860::8888" : "8.8.8.8", 53); });
    const auto made = capture(order_for(inside, {}));
    ASSERT_TRUE(made) << made.error().message;
    const Listener* listener = find(*made, ListenerKind::dns_udp, 53, v6);
    ASSERT_NE(listener, nullptr);
    inside.go();
    pollfd waiting{listener->socket.get(), POLLIN, 0};
    ASSERT_EQ(poll(&waiting, 1, 5000), 1);
    uint8_t bytes[64];
    Datagram datagram;
    ASSERT_TRUE(receive(listener->socket.get(), bytes, datagram));
    EXPECT_EQ(std::string(reinterpret_cast<char*>(bytes), datagram.size), "ask");
    EXPECT_EQ(datagram.v6, v6);
    EXPECT_EQ(v6 ? datagram.asked_v6.s6_addr[15] : ntohl(datagram.asked_v4.s_addr),
              v6 ? 0x88U : 0x08080808U);
    const std::string said = "answer";
    EXPECT_TRUE(answer(listener->socket.get(),
                       {reinterpret_cast<const uint8_t*>(said.data()), said.size()}, datagram));
    EXPECT_EQ(inside.result(), "answer");
  }
}

TEST(Netns, TakesQuestionsOverTcpAndTheProxysPortOnTheLoopbackOnly) {
  SandboxProcess inside([] {
    return try_to_connect("1.1.1.1", 53) + " " + try_to_connect("127.0.0.1", 3128) + " " +
           try_to_connect("::1", 3128) + " " + try_to_connect("10.0.0.1", 3128);
  });
  Order order = order_for(inside, {{53, 53}, {443, 443}});
  order.proxy_port = 3128;
  const auto made = capture(order);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(inside.run_it(), "connected connected connected ECONNREFUSED");
  EXPECT_NE(find(*made, ListenerKind::dns_tcp, 53, true), nullptr);
  EXPECT_EQ(find(*made, ListenerKind::captured, 53, true), nullptr);
}

TEST(Netns, LeavesAServerInsideWithinReach) {
  SandboxProcess inside([] {
    const Descriptor server = listen_at("127.0.0.1", 8080);
    return try_to_connect("127.0.0.1", 8080) + " " + try_to_connect("127.0.0.2", 8080);
  });
  const auto made = capture(order_for(inside, {{443, 443}}));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(inside.run_it(), "connected ECONNREFUSED");
}

TEST(Netns, LetsNoProgramBindBesideAListener) {
  SandboxProcess inside([] {
    std::string all;
    for (const char* address : {"127.0.0.1", "93.184.216.34", "0.0.0.0", "::1", "2606::1"}) {
      const Place at = place(address, 8443);
      const Descriptor made(socket(at.family, SOCK_STREAM, 0));
      const int on = 1;
      setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
      setsockopt(made.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
      setsockopt(made.get(), IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof on);
      all += bind(made.get(), at.get(), at.size) == 0 ? "bound " : "refused ";
    }
    return all;
  });
  const auto made = capture(order_for(inside, {{8443, 8443}}));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(inside.run_it(), "refused refused refused refused refused ");
}

TEST(Netns, KeepsTwoSandboxesApart) {
  SandboxProcess one([] { return try_to_connect("93.184.216.34", 443); });
  SandboxProcess other([] { return try_to_connect("93.184.216.35", 443); });
  const auto of_one = capture(order_for(one, {{443, 443}}));
  const auto of_other = capture(order_for(other, {{443, 443}}));
  ASSERT_TRUE(of_one && of_other);
  EXPECT_EQ(one.run_it() + other.run_it(), "connectedconnected");
  for (const auto& [made, seen] :
       {std::pair{&*of_one, "93.184.216.34:443"}, std::pair{&*of_other, "93.184.216.35:443"}}) {
    const int listener = find(*made, ListenerKind::captured, 443, true)->socket.get();
    EXPECT_EQ(own_address(accept_one(listener).get()), seen);
    EXPECT_FALSE(Descriptor(accept4(listener, nullptr, nullptr, 0)));
  }
}

TEST(Netns, HandsOutSocketsThatNoProgramInherits) {
  SandboxProcess inside([] { return std::string(); });
  Order order = order_for(inside, {{443, 443}});
  order.sockets_on_demand = true;
  auto started = Capture::start(order);
  ASSERT_TRUE(started);
  const auto made = started->finish();
  ASSERT_TRUE(made) << made.error().message;
  const Descriptor extra(started->socket_inside(false));
  ASSERT_TRUE(extra);
  EXPECT_NE(fcntl(extra.get(), F_GETFD) & FD_CLOEXEC, 0);
  for (const Listener& listener : made->listeners) {
    EXPECT_NE(fcntl(listener.socket.get(), F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_NE(fcntl(listener.socket.get(), F_GETFL) & O_NONBLOCK, 0);
  }
}

// What asks for AI_ADDRCONFIG wants an address that is none of the loopback.
TEST(Netns, GivesAnAddressToComeFrom) {
  SandboxProcess inside([] {
    std::string all;
    for (const char* address : {"93.184.216.34", "2606:2800::1"}) {
      const Place to = place(address, 443);
      const Descriptor made(socket(to.family, SOCK_STREAM, 0));
      if (connect(made.get(), to.get(), to.size) == 0) {
        const std::string own = own_address(made.get());
        all += own.substr(0, own.rfind(':')) + " ";
      }
    }
    return all;
  });
  const auto made = capture(order_for(inside, {{443, 443}}));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(inside.run_it(), "198.19.255.254 [fd73:6278:6300:ffff::1] ");
}

TEST(Netns, WorksWithoutIpv6) {
  Surroundings around;
  around.before = [] {
    const Descriptor file(open("/proc/sys/net/ipv6/conf/all/disable_ipv6", O_WRONLY));
    if (write(file.get(), "1", 1) != 1) _exit(2);
  };
  SandboxProcess inside(
      [] {
        return try_to_connect("93.184.216.34", 443) + " " + try_to_connect("127.0.0.1", 3128) +
               " " + try_to_connect("2606:2800::1", 443);
      },
      around);
  ASSERT_TRUE(inside.made());
  Order order = order_for(inside, {{443, 443}});
  order.proxy_port = 3128;
  const auto made = capture(order);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_FALSE(made->v6);
  EXPECT_EQ(inside.run_it(), "connected connected EADDRNOTAVAIL");
}

}  // namespace
}  // namespace sbxc::netns
