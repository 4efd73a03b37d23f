// Connections that were caught: the socket's own address stands for a name. Loopback addresses
// other than 127.0.0.1 play the synthetic ones; the servers are on 127.0.0.1.
#include <gmock/gmock.h>

#include "runtime/egress/proxy_for_test.h"
#include "runtime/wire/hello_for_test.h"

namespace sbxc::egress {
namespace {

using ::testing::HasSubstr;

std::string hello(std::string_view name) {
  wire::HelloForTest made;
  made.extensions = wire::server_name(name);
  return wire::record(made.message());
}

// A server on 127.0.0.1, and a listener on 127.0.0.2 at the same port that catches what is meant
// for `example.com`.
struct Caught {
  explicit Caught(const RunningProxy::Change& change = {}) {
    for (int tries = 0; tries < 50 && !front; ++tries) {
      server = std::make_unique<Server>();
      front = std::make_unique<Server>(2, server->port());
      if (!front->is_bound()) front.reset();
    }
    const std::string port = std::to_string(server->port());
    place = front->place();
    const std::string rule = "allow connect example.com:" + port;
    const std::string address = "allow connect 127.0.0.1:" + port;
    proxy = std::make_unique<RunningProxy>(
        std::initializer_list<std::string_view>{rule, address}, [&](Options& options) {
          options.listeners.push_back({ListenerKind::captured, front->release(), place.port});
          options.name_of = [](const IpAddress& asked) -> std::optional<std::string> {
            if (asked == IpAddress::v4(127, 0, 0, 2)) return "example.com";
            return std::nullopt;
          };
          if (change) change(options);
        });
    proxy->name("example.com", {IpAddress::v4(127, 0, 0, 1)});
  }
  Peer client() const { return Peer::connect(place); }

  std::unique_ptr<Server> server;
  std::unique_ptr<Server> front;
  Place place;
  std::unique_ptr<RunningProxy> proxy;
};

Reason only_reason(RunningProxy& proxy) {
  const std::vector<Report> reports = proxy.reports();
  EXPECT_EQ(reports.size(), 1U);
  return reports.empty() ? Reason::allowed : reports[0].reason;
}

TEST(Captured, LetsAServerSpeakFirst) {
  Caught caught;
  Peer inside = caught.client();
  Peer outside = caught.server->accept();
  outside.send("SSH-2.0-server\r\n");
  EXPECT_EQ(inside.receive(16), "SSH-2.0-server\r\n");
  inside.send("SSH-2.0-client\r\n");
  EXPECT_EQ(outside.receive(16), "SSH-2.0-client\r\n");
  outside.send("more");
  EXPECT_EQ(inside.receive(4), "more");
}

TEST(Captured, PassesTlsForTheName) {
  Caught caught;
  Peer inside = caught.client();
  const std::string first = hello("example.com");
  inside.send(first);
  Peer outside = caught.server->accept();
  EXPECT_EQ(outside.receive(first.size()), first);
  outside.send("whatever");
  EXPECT_EQ(inside.receive(8), "whatever");
}

TEST(Captured, LetsNoByteOfTlsForAnotherNameOut) {
  Caught caught;
  Peer inside = caught.client();
  inside.send(hello("evil.com"));
  Peer outside = caught.server->accept();
  EXPECT_EQ(outside.receive_some(), "");
  inside.receive_some();
  EXPECT_TRUE(inside.was_reset());
  EXPECT_EQ(only_reason(*caught.proxy), Reason::sni_mismatch);
}

TEST(Captured, PassesAHelloThatComesByteByByte) {
  Caught caught;
  Peer inside = caught.client();
  const std::string first = hello("example.com");
  for (const char byte : first) inside.send(std::string(1, byte));
  Peer outside = caught.server->accept();
  EXPECT_EQ(outside.receive(first.size()), first);
}

TEST(Captured, EndsAClientThatNeverFinishesItsHello) {
  Caught caught([](Options& options) { options.timeouts.head = Timeouts::Time{150}; });
  Peer inside = caught.client();
  inside.send(hello("example.com").substr(0, 20));
  Peer outside = caught.server->accept();
  EXPECT_EQ(outside.receive_some(), "");
  inside.receive_some();
  EXPECT_TRUE(inside.was_reset());
  EXPECT_EQ(only_reason(*caught.proxy), Reason::too_slow);
}

TEST(Captured, LetsAClientBeSilentForAsLongAsTheServerSpeaks) {
  Caught caught([](Options& options) { options.timeouts.head = Timeouts::Time{100}; });
  Peer inside = caught.client();
  Peer outside = caught.server->accept();
  for (int i = 0; i < 5; ++i) {
    usleep(60'000);
    outside.send("x");
    ASSERT_EQ(inside.receive(1), "x");
  }
}

TEST(Captured, PassesTheEndOfAClientThatSaidNothing) {
  Caught caught;
  Peer inside = caught.client();
  Peer outside = caught.server->accept();
  inside.say_last();
  EXPECT_EQ(outside.receive_some(), "");
  EXPECT_TRUE(outside.has_ended());
  outside.send("bye");
  EXPECT_EQ(inside.receive(3), "bye");
}

TEST(Captured, ServesHttpForTheName) {
  Caught caught;
  Peer inside = caught.client();
  const std::string host = "example.com:" + std::to_string(caught.place.port);
  inside.send("GET /a HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  Peer outside = caught.server->accept();
  const std::string seen = outside.receive_until("\r\n\r\n");
  EXPECT_TRUE(seen.starts_with("GET /a HTTP/1.1\r\n")) << seen;
  EXPECT_THAT(seen, HasSubstr("Host: " + host + "\r\n"));
  outside.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_THAT(inside.receive_until("ok"), HasSubstr("200 OK"));
  // And once more, on the same connection.
  inside.send("HEAD /b HTTP/1.1\r\nHost: example.com\r\n\r\n");
  EXPECT_TRUE(outside.receive_until("\r\n\r\n").starts_with("HEAD /b "));
}

TEST(Captured, RefusesEveryHttpRequestForAnotherHost) {
  Caught caught;
  Peer inside = caught.client();
  inside.send("GET /a HTTP/1.1\r\nHost: example.com\r\n\r\n");
  Peer outside = caught.server->accept();
  outside.receive_until("\r\n\r\n");
  inside.send("GET /b HTTP/1.1\r\nHost: evil.com\r\n\r\n");
  EXPECT_TRUE(outside.hears_nothing(100));
  outside.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  inside.receive_until("ok");
  EXPECT_TRUE(inside.receive_until("\r\n").starts_with("HTTP/1.1 403 "));
  EXPECT_EQ(outside.receive_some(), "");
  EXPECT_EQ(only_reason(*caught.proxy), Reason::host_mismatch);
}

TEST(Captured, RefusesHttpThatReadersTakeInTwoWays) {
  for (const char* request :
       {"GET / HTTP/1.1\nHost: example.com\n\n", "GET /\tHTTP/1.1\r\nHost: example.com\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: example.com\r\nContent-Length: 4\r\n"
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: example.com\r\nHost: evil.com\r\n\r\n",
        "GET http://evil.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n",
        "CONNECT evil.com:443 HTTP/1.1\r\nHost: evil.com:443\r\n\r\n"}) {
    Caught caught;
    Peer inside = caught.client();
    inside.send(request);
    Peer outside = caught.server->accept();
    const std::string answer = inside.receive_until("\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 40")) << request << answer;
    EXPECT_EQ(outside.receive_some(), "") << request;
  }
}

TEST(Captured, IsResetWhenNoRuleAllowsIt) {
  Caught caught([](Options& options) { options.table = table_of({"allow connect other.com"}); });
  Peer inside = caught.client();
  inside.receive_some();
  EXPECT_TRUE(inside.was_reset());
  EXPECT_TRUE(caught.server->is_left_alone(50));
  const std::vector<Report> reports = caught.proxy->reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].host, "example.com");
  EXPECT_EQ(reports[0].port, caught.place.port);
}

TEST(Captured, DoesNotLeadToItself) {
  Server front;
  const uint16_t port = front.port();
  const std::string rule = allow_port(port);
  RunningProxy proxy({rule}, [&](Options& options) {
    options.listeners.push_back({ListenerKind::captured, front.release(), port});
  });
  Peer inside = Peer::connect(loopback(port));
  inside.receive_some();
  EXPECT_TRUE(inside.was_reset());
  EXPECT_EQ(only_reason(proxy), Reason::loop);
}

}  // namespace
}  // namespace sbxc::egress
