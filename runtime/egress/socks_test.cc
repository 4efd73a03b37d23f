// SOCKS5 on the proxy's own port.
#include <gmock/gmock.h>

#include "runtime/egress/proxy_for_test.h"

namespace sbxc::egress {
namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values) out += static_cast<char>(value);
  return out;
}

std::string port_bytes(uint16_t port) { return bytes({port >> 8, port & 0xFF}); }

std::string by_name(const std::string& name, uint16_t port) {
  return bytes({5, 1, 0, 3, static_cast<int>(name.size())}) + name + port_bytes(port);
}

struct Socks {
  explicit Socks(const RunningProxy::Change& change = {})
      : proxy({"allow connect a.test:" + std::to_string(server.port()), allow_port(server.port())},
              change),
        inside(proxy.client()) {
    proxy.name("a.test", {IpAddress::v4(127, 0, 0, 1)});
  }
  void greet() {
    inside.send(bytes({5, 1, 0}));
    EXPECT_EQ(inside.receive(2), bytes({5, 0}));
  }
  // The reply's code.
  int ask(const std::string& request) {
    inside.send(request);
    const std::string reply = inside.receive(10);
    return reply.size() < 2 ? -1 : reply[1];
  }

  Server server;
  RunningProxy proxy;
  Peer inside;
};

TEST(Socks, ConnectsToANameAndToAnAddress) {
  for (const bool to_name : {true, false}) {
    Socks socks;
    socks.greet();
    const std::string request =
        to_name ? by_name("A.test", socks.server.port())
                : bytes({5, 1, 0, 1, 127, 0, 0, 1}) + port_bytes(socks.server.port());
    EXPECT_EQ(socks.ask(request), 0);
    Peer outside = socks.server.accept();
    socks.inside.send("hello\n");
    EXPECT_EQ(outside.receive(6), "hello\n");
  }
}

TEST(Socks, TakesTheWholeConversationAtOnce) {
  Socks socks;
  socks.inside.send(bytes({5, 1, 0}) + by_name("a.test", socks.server.port()) + "early\n");
  EXPECT_EQ(socks.inside.receive(12).substr(2, 2), bytes({5, 0}));
  EXPECT_EQ(socks.server.accept().receive(6), "early\n");
}

TEST(Socks, RefusesWhatIsDeniedAndResolvesNothing) {
  Socks socks;
  socks.greet();
  EXPECT_EQ(socks.ask(by_name("evil.test", 443)), 2);
  EXPECT_TRUE(socks.proxy.resolved().empty());
}

TEST(Socks, RefusesNamesThatReadersCutShort) {
  for (const std::string& name : {std::string("a.test\0.evil.test", 17), std::string("a.test\r\n"),
                                  std::string("a..test"), std::string("127.1"), std::string()}) {
    Socks socks;
    socks.greet();
    EXPECT_NE(socks.ask(by_name(name, socks.server.port())), 0) << name;
    EXPECT_TRUE(socks.server.is_left_alone(0)) << name;
    EXPECT_TRUE(socks.proxy.resolved().empty()) << name;
    const std::vector<Report> reports = socks.proxy.reports();
    ASSERT_EQ(reports.size(), 1U) << name;
    EXPECT_EQ(reports[0].host, name + ":" + std::to_string(socks.server.port()));
    EXPECT_EQ(reports[0].reason, Reason::bad_name);
  }
}

TEST(Socks, RefusesOtherCommandsAndVersions) {
  for (const int command : {2, 3}) {
    Socks socks;
    socks.greet();
    EXPECT_EQ(socks.ask(bytes({5, command, 0, 1, 127, 0, 0, 1, 0, 80})), 7) << command;
  }
  Socks socks;
  socks.inside.send(bytes({4, 1, 0, 80, 127, 0, 0, 1, 0}));
  EXPECT_EQ(socks.inside.receive(2), bytes({0, 91}));
}

TEST(Socks, AsksForThePassword) {
  const RunningProxy::Change with_token = [](Options& options) {
    options.clients = {{"other", "x"}, {"sbxc", "secret"}};
  };
  {
    Socks socks(with_token);
    socks.inside.send(bytes({5, 1, 0}));
    EXPECT_EQ(socks.inside.receive(2), bytes({5, 0xFF}));
    EXPECT_EQ(socks.inside.receive_some(), "");
  }
  for (const char* password : {"secret", "wrong!"}) {
    Socks socks(with_token);
    socks.inside.send(bytes({5, 2, 0, 2}));
    EXPECT_EQ(socks.inside.receive(2), bytes({5, 2}));
    socks.inside.send(bytes({1, 4}) + "sbxc" + bytes({6}) + password);
    const bool right = std::string_view(password) == "secret";
    EXPECT_EQ(socks.inside.receive(2), bytes({1, right ? 0 : 1}));
    if (!right) continue;
    EXPECT_EQ(socks.ask(by_name("a.test", socks.server.port())), 0);
  }
}

TEST(Socks, SaysWhyNothingWasReached) {
  Socks socks([](Options& options) { options.table = table_of({"allow connect gone.test:1"}); });
  socks.greet();
  EXPECT_EQ(socks.ask(by_name("gone.test", 1)), 4);
}

}  // namespace
}  // namespace sbxc::egress
