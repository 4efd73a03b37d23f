// Connections from outside to programs inside.
#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "runtime/netns/netns.h"
#include "runtime/netns/programs_for_test.h"
#include "runtime/netns/sandbox_process_for_test.h"

namespace sbxc::netns {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Order order_for(const SandboxProcess& inside) {
  Order order;
  order.process = inside.process();
  order.ports = {{443, 443}, {3001, 3001}};
  order.loopback = Loopback::raise;
  order.sockets_on_demand = true;
  order.forward_ports = {{3000, 3999}};
  order.wait_milliseconds = 2000;
  return order;
}

// Says that it listens by the way it ends: the test looks again and again.
std::vector<uint16_t> await_listening(const Capture& capture, size_t count) {
  for (int attempt = 0; attempt < 500; ++attempt) {
    std::vector<uint16_t> ports = capture.listening_inside();
    if (ports.size() == count) return ports;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return {};
}

TEST(NetnsOnDemand, SocketConnectsToAProgramInside) {
  for (const bool v6 : {false, true}) {
    SandboxProcess inside([&] {
      const Descriptor server = listen_at(v6 ? "::1" : "127.0.0.1", 3000);
      const Descriptor accepted = accept_one(server.get());
      return std::string(accepted ? "accepted" : "nobody");
    });
    Order order = order_for(inside);
    order.loopback_ports = {{3000, 3000}};  // what others send there is redirected
    auto started = Capture::start(order);
    ASSERT_TRUE(started && started->finish());
    inside.go();
    EXPECT_THAT(await_listening(*started, 1), ElementsAre(3000));
    const Descriptor socket(started->socket_inside(v6));
    ASSERT_TRUE(socket) << errno_name();
    const Place to = place(v6 ? "::1" : "127.0.0.1", 3000);
    (void)connect(socket.get(), to.get(), to.size);  // does not block
    EXPECT_EQ(inside.result(), "accepted");
  }
}

TEST(NetnsOnDemand, ListenersAreTheProgramsOwnAndReachable) {
  SandboxProcess inside([] {
    const Descriptor everywhere = listen_at("0.0.0.0", 3100);
    const Descriptor everywhere_v6 = listen_at("::", 3200);
    const Descriptor here = listen_at("127.0.0.1", 3300);
    const Descriptor elsewhere = listen_at("10.0.0.1", 3400);
    const Descriptor other_port = listen_at("127.0.0.1", 4000);
    const Descriptor connected = listen_at("::1", 3500);
    (void)try_to_connect("127.0.0.1", 3300);
    const Descriptor nobody = listen_at("127.0.0.1", 3600);
    pause();
    return std::string();
  });
  auto started = Capture::start(order_for(inside));
  ASSERT_TRUE(started && started->finish());
  EXPECT_THAT(started->listening_inside(), IsEmpty());  // 3001 is one of ours
  inside.go();
  EXPECT_THAT(await_listening(*started, 5), ElementsAre(3100, 3200, 3300, 3500, 3600));
}

TEST(NetnsOnDemand, NothingIsAskedOfAChildThatDidNotStayOrIsGone) {
  SandboxProcess inside([] { return std::string(); });
  Order order = order_for(inside);
  auto stays = Capture::start(order);
  ASSERT_TRUE(stays && stays->finish());
  kill(stays->process(), SIGKILL);
  for (int attempt = 0; attempt < 2; ++attempt) {
    EXPECT_EQ(stays->socket_inside(false), -1);
    EXPECT_THAT(stays->listening_inside(), IsEmpty());
  }
  SandboxProcess other([] { return std::string(); });
  order = order_for(other);
  order.sockets_on_demand = false;
  auto goes = Capture::start(order);
  ASSERT_TRUE(goes && goes->finish());
  EXPECT_EQ(goes->socket_inside(false), -1);
}

}  // namespace
}  // namespace sbxc::netns
