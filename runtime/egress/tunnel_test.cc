// Tunnels through CONNECT: bytes, ends, resets and slow readers, both ways.
#include <gmock/gmock.h>

#include "runtime/egress/proxy_for_test.h"

namespace sbxc::egress {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Tunnel {
  explicit Tunnel(const RunningProxy::Change& change = {})
      : proxy({allow_port(server.port())}, change),
        inside(proxy.tunnel("127.0.0.1:" + std::to_string(server.port()))),
        outside(server.accept()) {}

  Server server;
  RunningProxy proxy;
  Peer inside;
  Peer outside;
};

TEST(Tunnel, CarriesBytesBothWays) {
  Tunnel tunnel;
  tunnel.inside.send("hello");
  EXPECT_EQ(tunnel.outside.receive(5), "hello");
  tunnel.outside.send("world!");
  EXPECT_EQ(tunnel.inside.receive(6), "world!");
}

TEST(Tunnel, CarriesWhatCameWithTheRequest) {
  Server server;
  RunningProxy proxy({allow_port(server.port())});
  Peer inside = proxy.client();
  const std::string authority = "127.0.0.1:" + std::to_string(server.port());
  inside.send("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\nearly");
  Peer outside = server.accept();
  EXPECT_EQ(outside.receive(5), "early");
}

TEST(Tunnel, PassesAnEndOnAndLeavesTheOtherDirectionOpen) {
  Tunnel tunnel;
  tunnel.inside.send("request");
  tunnel.inside.say_last();
  EXPECT_EQ(tunnel.outside.receive_all(), "request");
  EXPECT_TRUE(tunnel.outside.has_ended());
  tunnel.outside.send("a late answer");
  EXPECT_EQ(tunnel.inside.receive(13), "a late answer");
  tunnel.outside.close();
  EXPECT_EQ(tunnel.inside.receive_some(), "");
  EXPECT_TRUE(tunnel.inside.has_ended());
}

TEST(Tunnel, PassesTheServersEndOnAndLeavesTheOtherDirectionOpen) {
  Tunnel tunnel;
  tunnel.outside.send("greeting");
  tunnel.outside.say_last();
  EXPECT_EQ(tunnel.inside.receive_all(), "greeting");
  tunnel.inside.send("goes on");
  EXPECT_EQ(tunnel.outside.receive(7), "goes on");
  tunnel.inside.close();
  EXPECT_EQ(tunnel.outside.receive_some(), "");
  EXPECT_TRUE(tunnel.outside.has_ended());
}

TEST(Tunnel, PassesAResetOnEitherWay) {
  {
    Tunnel tunnel;
    tunnel.outside.reset();
    tunnel.inside.receive_some();
    EXPECT_TRUE(tunnel.inside.was_reset());
  }
  Tunnel tunnel;
  tunnel.inside.reset();
  tunnel.outside.receive_some();
  EXPECT_TRUE(tunnel.outside.was_reset());
}

TEST(Tunnel, PassesAResetOnAfterAnEnd) {
  Tunnel tunnel;
  tunnel.inside.say_last();
  EXPECT_EQ(tunnel.outside.receive_some(), "");
  ASSERT_TRUE(tunnel.outside.has_ended());
  tunnel.inside.reset();
  for (int i = 0; i < 100 && !tunnel.outside.was_reset(); ++i) {
    tunnel.outside.send("x");
    usleep(10'000);
  }
  EXPECT_TRUE(tunnel.outside.was_reset());
}

TEST(Tunnel, PassesOnWhatAServerSaidBeforeItReset) {
  Tunnel tunnel;
  tunnel.inside.send("a request that is never read");
  usleep(50'000);
  tunnel.outside.send("no");
  tunnel.outside.close();  // resets, for something is unread
  EXPECT_EQ(tunnel.inside.receive(2), "no");
}

TEST(Tunnel, DeliversEveryByteToASlowReader) {
  Tunnel tunnel;
  std::string bytes(32 << 20, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 2654435761U >> 13);
  std::thread writer([&] {
    tunnel.outside.send(bytes);
    tunnel.outside.say_last();
  });
  usleep(200'000);
  std::string got;
  for (;;) {
    const std::string more = tunnel.inside.receive_some(100'000);
    if (more.empty()) break;
    got += more;
  }
  writer.join();
  EXPECT_TRUE(got == bytes) << got.size();
}

TEST(Tunnel, EndsWhenNothingFlowsForLong) {
  Tunnel tunnel([](Options& options) { options.timeouts.idle = Timeouts::Time{100}; });
  tunnel.inside.receive_some();
  EXPECT_TRUE(tunnel.inside.was_reset());
  tunnel.outside.receive_some();
  EXPECT_TRUE(tunnel.outside.was_reset());
}

TEST(Tunnel, LivesAsLongAsSomethingFlows) {
  Tunnel tunnel([](Options& options) { options.timeouts.idle = Timeouts::Time{400}; });
  for (int i = 0; i < 10; ++i) {
    usleep(100'000);
    tunnel.outside.send("x");
    ASSERT_EQ(tunnel.inside.receive(1), "x") << i;
  }
}

TEST(Tunnel, EndsHalfClosedWhenTheOtherSideStaysSilent) {
  Tunnel tunnel([](Options& options) { options.timeouts.half_closed = Timeouts::Time{100}; });
  tunnel.inside.say_last();
  EXPECT_EQ(tunnel.outside.receive_some(), "");
  tunnel.inside.receive_some();
  EXPECT_TRUE(tunnel.inside.was_reset() || tunnel.inside.has_ended());
}

TEST(Tunnel, StopsWithTheProxy) {
  Tunnel tunnel;
  tunnel.proxy.stop();
  EXPECT_EQ(tunnel.proxy.status(), 0);
  EXPECT_EQ(tunnel.inside.receive_some(), "");
  EXPECT_FALSE(tunnel.inside.timed_out());
}

TEST(Tunnel, IsRefusedWithAReasonAndAReport) {
  Server server;
  RunningProxy proxy({"allow connect example.com"});
  std::string answer;
  Peer inside = proxy.tunnel("127.0.0.1:" + std::to_string(server.port()), &answer);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 403 ")) << answer;
  EXPECT_THAT(inside.receive_all(), HasSubstr("no rule allows it"));
  EXPECT_TRUE(server.is_left_alone(100));
  const std::vector<Report> reports = proxy.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].reason, Reason::no_rule);
  EXPECT_EQ(reports[0].host, "127.0.0.1");
  EXPECT_EQ(reports[0].port, server.port());
}

}  // namespace
}  // namespace sbxc::egress
