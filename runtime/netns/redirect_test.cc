// One rule for all ports, by the kernel's own nftables.
#include <gmock/gmock.h>

#include "runtime/netns/datagram.h"
#include "runtime/netns/netns.h"
#include "runtime/netns/programs_for_test.h"
#include "runtime/netns/sandbox_process_for_test.h"

namespace sbxc::netns {
namespace {

constexpr PortRange kAll{1, 65535};

Result<Inside> capture(const SandboxProcess& inside, Ports ports, Ports loopback = {}) {
  Order order;
  order.process = inside.process();
  order.ports = std::move(ports);
  order.loopback_ports = std::move(loopback);
  order.loopback = Loopback::raise;
  order.method = Method::redirect;
  order.proxy_port = 3128;
  auto started = Capture::start(order);
  if (!started) return tl::unexpected(started.error());
  return started->finish();
}

// Where the one connection that is waiting was meant to go.
std::string destination(const Inside& made) {
  for (const Listener& listener : made.listeners) {
    if (listener.kind != ListenerKind::redirected) continue;
    const Descriptor accepted(accept4(listener.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    sockaddr_in6 meant{};
    if (!accepted || !original_destination(accepted.get(), listener.v6, meant)) continue;
    sockaddr_storage any{};
    std::memcpy(&any, &meant, sizeof meant);
    return text_of(any);
  }
  return "nobody came";
}

TEST(Redirect, BringsAConnectionToAnyPortAndTellsWhereItWasMeantToGo) {
  for (const auto& [address, port, meant] :
       {std::tuple{"93.184.216.34", 1, "93.184.216.34:1"},
        std::tuple{"93.184.216.34", 65535, "93.184.216.34:65535"},
        std::tuple{"10.0.0.1", 3128, "10.0.0.1:3128"},
        std::tuple{"2606:2800::1", 12345, "[2606:2800::1]:12345"}}) {
    SandboxProcess inside([&] { return try_to_connect(address, static_cast<uint16_t>(port)); });
    const auto made = capture(inside, {kAll});
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(inside.run_it(), "connected") << meant;
    EXPECT_EQ(destination(*made), meant);
  }
}

TEST(Redirect, TakesManyPortsByItself) {
  SandboxProcess inside([] {
    return try_to_connect("10.2.0.1", 9000) + " " + try_to_connect("10.2.0.1", 9300) + " " +
           try_to_connect("10.2.0.1", 9301);
  });
  Order order;
  order.process = inside.process();
  order.ports = {{9000, 9300}};
  order.loopback = Loopback::raise;
  auto started = Capture::start(order);
  const auto made = started->finish();
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_LT(made->listeners.size(), 10U);
  EXPECT_EQ(inside.run_it(), "connected connected ECONNREFUSED");
}

TEST(Redirect, KeepsToThePortsThatItIsGiven) {
  SandboxProcess inside([] {
    std::string all;
    for (const int number : {79, 80, 81, 999, 1000, 1999, 2000, 2001, 65534, 65535}) {
      const auto port = static_cast<uint16_t>(number);
      all += try_to_connect("93.184.216.34", port) == "connected" ? "+" : "-";
      all += try_to_connect("2606:2800::1", port) == "connected" ? "+" : "-";
    }
    return all;
  });
  const auto made = capture(inside, {{80, 80}, {1000, 1999}, {2001, 2001}, {65535, 65535}});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(inside.run_it(), "--++----++++--++--++");
}

TEST(Redirect, LeavesServersInsideAloneWhateverTheirPort) {
  SandboxProcess inside([] {
    const Descriptor v4 = listen_at("127.0.0.1", 8080);
    const Descriptor v6 = listen_at("::1", 8080);
    return try_to_connect("127.0.0.1", 8080) + " " + try_to_connect("::1", 8080) + " " +
           try_to_connect("127.9.9.9", 8080) + " " + try_to_connect("127.0.0.1", 9090);
  });
  const auto made = capture(inside, {kAll});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(inside.run_it(), "connected connected ECONNREFUSED ECONNREFUSED");
  EXPECT_EQ(destination(*made), "nobody came");
}

TEST(Redirect, BringsConnectionsToPortsOfTheLoopbackThatAreNamed) {
  for (const char* address : {"127.0.0.1", "::1"}) {
    SandboxProcess inside([&] { return try_to_connect(address, 5432); });
    const auto made = capture(inside, {kAll}, {{5432, 5432}});
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(inside.run_it(), "connected");
    const std::string host = address;
    EXPECT_EQ(destination(*made), host == "::1" ? "[::1]:5432" : "127.0.0.1:5432");
  }
}

TEST(Redirect, LeavesTheProxyAndQuestionsToTheirListeners) {
  SandboxProcess inside(
      [] { return try_to_connect("127.0.0.1", 3128) + " " + try_to_connect("8.8.8.8", 53); });
  const auto made = capture(inside, {kAll}, {kAll});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(inside.run_it(), "connected connected");
  EXPECT_EQ(destination(*made), "nobody came");
}

TEST(Redirect, TakesAsManyRangesAsThereMayBe) {
  Ports ports;
  for (size_t i = 0; i < kMostRanges; ++i) {
    const auto port = static_cast<uint16_t>(1000 + 10 * i);
    ports.push_back({port, static_cast<uint16_t>(port + 4)});
  }
  SandboxProcess inside([] {
    return try_to_connect("10.0.0.1", 1004) + " " + try_to_connect("10.0.0.1", 1005) + " " +
           try_to_connect("10.0.0.1", 11232) + " " + try_to_connect("10.0.0.1", 11239);
  });
  const auto made = capture(inside, ports);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(inside.run_it(), "connected ECONNREFUSED connected ECONNREFUSED");
  ports.push_back({65000, 65000});
  SandboxProcess other([] { return std::string(); });
  const auto refused = capture(other, ports);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "more than 1024 ranges of ports");
}

}  // namespace
}  // namespace sbxc::netns
