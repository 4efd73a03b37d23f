// Plain HTTP through the proxy's own port: every request is judged, rewritten and framed anew.
#include <gmock/gmock.h>

#include "runtime/egress/proxy_for_test.h"

namespace sbxc::egress {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

struct Web {
  explicit Web(const RunningProxy::Change& change = {})
      : proxy({"allow connect a.test:" + std::to_string(server.port()),
               "allow connect b.test:" + std::to_string(other.port()), allow_port(server.port()),
               allow_port(other.port())},
              change),
        inside(proxy.client()) {
    proxy.name("a.test", {IpAddress::v4(127, 0, 0, 1)});
    proxy.name("b.test", {IpAddress::v4(127, 0, 0, 1)});
  }
  std::string url(const std::string& host, uint16_t port, const std::string& path = "/") const {
    return "http://" + host + ":" + std::to_string(port) + path;
  }
  void get(const std::string& path, const std::string& fields = {}) {
    const std::string authority = "a.test:" + std::to_string(server.port());
    inside.send("GET http://" + authority + path + " HTTP/1.1\r\nHost: " + authority + "\r\n" +
                fields + "\r\n");
  }

  Server server;
  Server other;
  RunningProxy proxy;
  Peer inside;
};

TEST(HttpRelay, ServesRequestsOfOneConnectionOverOneConnection) {
  Web web;
  Peer outside;
  for (const char* path : {"/1", "/2?q=%20", "/3"}) {
    web.get(path);
    if (!outside.is_open()) outside = web.server.accept();
    const std::string head = outside.receive_until("\r\n\r\n");
    EXPECT_TRUE(head.starts_with("GET " + std::string(path) + " HTTP/1.1\r\n")) << head;
    outside.send(kOk);
    EXPECT_THAT(web.inside.receive_until("ok"), HasSubstr("HTTP/1.1 200 OK\r\n"));
  }
  EXPECT_EQ(web.proxy.metrics.requests, 3U);
}

TEST(HttpRelay, PassesNoFieldOnThatIsForTheProxy) {
  Web web;
  web.get("/",
          "Proxy-Connection: keep-alive\r\nConnection: X-Secret\r\nX-Secret: 1\r\nX-Kept: 2\r\n");
  const std::string head = web.server.accept().receive_until("\r\n\r\n");
  EXPECT_THAT(head, Not(HasSubstr("Proxy-")));
  EXPECT_THAT(head, Not(HasSubstr("X-Secret")));
  EXPECT_THAT(head, HasSubstr("X-Kept: 2\r\n"));
}

TEST(HttpRelay, GoesToAnotherServerWhenTheNextRequestDoes) {
  Web web;
  web.get("/");
  Peer first = web.server.accept();
  first.receive_until("\r\n\r\n");
  first.send(kOk);
  web.inside.receive_until("ok");
  const std::string authority = "b.test:" + std::to_string(web.other.port());
  web.inside.send("GET http://" + authority + "/b HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
  Peer second = web.other.accept();
  EXPECT_TRUE(second.receive_until("\r\n\r\n").starts_with("GET /b "));
  EXPECT_EQ(first.receive_some(), "");
  second.send(kOk);
  EXPECT_THAT(web.inside.receive_until("ok"), HasSubstr("200 OK"));
}

TEST(HttpRelay, JudgesEveryRequestOfAConnection) {
  Web web;
  web.get("/");
  Peer outside = web.server.accept();
  outside.receive_until("\r\n\r\n");
  // The next one comes before the answer, and waits for it.
  web.inside.send("GET http://evil.test/ HTTP/1.1\r\nHost: evil.test\r\n\r\n");
  EXPECT_TRUE(outside.hears_nothing(50));
  outside.send(kOk);
  web.inside.receive_until("ok");
  EXPECT_TRUE(web.inside.receive_until("\r\n").starts_with("HTTP/1.1 403 "));
  EXPECT_THAT(web.inside.receive_all(), HasSubstr("evil.test"));
  EXPECT_THAT(web.proxy.resolved(), ElementsAre("a.test"));
}

TEST(HttpRelay, DeniesAKeptConnectionByTheNewTable) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const Descriptor wish(ends[1]);
  Web web([&](Options& options) {
    options.reload = ends[0];
    options.next_table = [] { return table_of({"deny connect a.test"}); };
  });
  web.get("/");
  Peer outside = web.server.accept();
  outside.receive_until("\r\n\r\n");
  outside.send(kOk);
  web.inside.receive_until("ok");
  ASSERT_EQ(write(wish.get(), "!", 1), 1);
  for (int i = 0; i < 500 && web.proxy.metrics.reloads == 0; ++i) usleep(10'000);
  web.get("/again");
  EXPECT_TRUE(web.inside.receive_until("\r\n").starts_with("HTTP/1.1 403 "));
}

TEST(HttpRelay, PassesBodiesOnInEveryFraming) {
  Web web;
  web.inside.send("POST " + web.url("a.test", web.server.port()) +
                  " HTTP/1.1\r\nHost: a.test:" + std::to_string(web.server.port()) +
                  "\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  Peer outside = web.server.accept();
  EXPECT_TRUE(outside.receive_until("0\r\n\r\n").ends_with("3\r\nabc\r\n0\r\n\r\n"));
  outside.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
  EXPECT_TRUE(web.inside.receive_until("0\r\n\r\n").ends_with("2\r\nhi\r\n0\r\n\r\n"));
  const std::string body(300'000, 'b');
  web.inside.send("PUT " + web.url("a.test", web.server.port()) + " HTTP/1.1\r\nHost: a.test:" +
                  std::to_string(web.server.port()) + "\r\nContent-Length: 300000\r\n\r\n");
  std::thread sender([&] { web.inside.send(body); });
  outside.receive_until("\r\n\r\n");
  EXPECT_EQ(outside.receive(body.size()), body);
  sender.join();
  outside.send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
  outside.close();
  EXPECT_TRUE(web.inside.receive_all().ends_with("until the end"));
}

TEST(HttpRelay, PassesOnWhatComesBeforeAnAnswer) {
  Web web;
  web.get("/", "Expect: 100-continue\r\n");
  Peer outside = web.server.accept();
  outside.receive_until("\r\n\r\n");
  outside.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n");
  EXPECT_TRUE(web.inside.receive_until("\r\n\r\n").starts_with("HTTP/1.1 100 "));
  EXPECT_TRUE(web.inside.receive_until("\r\n\r\n").starts_with("HTTP/1.1 103 "));
  outside.send(kOk);
  EXPECT_THAT(web.inside.receive_until("ok"), HasSubstr("200 OK"));
}

TEST(HttpRelay, DialsAgainWhenAKeptConnectionIsGone) {
  Web web;
  web.get("/");
  Peer first = web.server.accept();
  first.receive_until("\r\n\r\n");
  first.send(kOk);
  web.inside.receive_until("ok");
  first.close();
  usleep(20'000);
  web.get("/again");
  Peer second = web.server.accept();
  EXPECT_TRUE(second.receive_until("\r\n\r\n").starts_with("GET /again "));
  second.send(kOk);
  EXPECT_THAT(web.inside.receive_until("ok"), HasSubstr("200 OK"));
}

TEST(HttpRelay, MakesATunnelOfAWebSocketOnceTheServerAgreed) {
  Web web;
  web.get("/", "Connection: Upgrade\r\nUpgrade: websocket\r\n");
  Peer outside = web.server.accept();
  EXPECT_THAT(outside.receive_until("\r\n\r\n"), HasSubstr("Upgrade: websocket\r\n"));
  web.inside.send("early frame");
  EXPECT_TRUE(outside.hears_nothing(50));
  outside.send(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
      "Upgrade: websocket\r\n\r\nframe");
  EXPECT_TRUE(web.inside.receive_until("frame").starts_with("HTTP/1.1 101 "));
  EXPECT_EQ(outside.receive(11), "early frame");
  web.inside.send("GET http://evil.test/ HTTP/1.1\r\n\r\n");  // bytes like any others now
  EXPECT_TRUE(outside.receive_until("\r\n\r\n").starts_with("GET http://evil.test/"));
}

TEST(HttpRelay, TakesNoUpgradeThatNobodyAskedFor) {
  Web web;
  web.get("/");
  Peer outside = web.server.accept();
  outside.receive_until("\r\n\r\n");
  outside.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_TRUE(web.inside.receive_until("\r\n").starts_with("HTTP/1.1 504 "));
}

TEST(HttpRelay, AnswersForAServerThatDoesNot) {
  {
    Web web([](Options& options) { options.timeouts.idle = Timeouts::Time{150}; });
    web.get("/");
    Peer outside = web.server.accept();
    EXPECT_TRUE(web.inside.receive_until("\r\n").starts_with("HTTP/1.1 504 "));
  }
  Web web;
  web.get("/");
  web.server.accept().close();
  EXPECT_TRUE(web.inside.receive_until("\r\n").starts_with("HTTP/1.1 504 "));
}

TEST(HttpRelay, RefusesWhatIsNoRequestForAProxy) {
  for (const char* request :
       {"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "GET https://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "GET file:///etc/passwd HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "GET http://a.test/ HTTP/1.1\r\nHost: b.test\r\n\r\n",
        "GET http://a.test@evil.test/ HTTP/1.1\r\nHost: evil.test\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\n", "connect a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n",
        "CONNECT a.test HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "GET http://2130706433/ HTTP/1.1\r\nHost: 2130706433\r\n\r\n", "\x16\x03\x01"}) {
    Web web;
    web.inside.send(request);
    web.inside.say_last();
    const std::string answer = web.inside.receive_until("\r\n");
    if (*request == '\x16') {
      EXPECT_FALSE(answer.starts_with("HTTP/1.1 2"));
    } else {
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.1 505"))
          << request << answer;
    }
    EXPECT_TRUE(web.server.is_left_alone(0)) << request;
    EXPECT_THAT(web.proxy.resolved(), ElementsAre()) << request;
  }
}

TEST(HttpRelay, TellsWhatWasAskedForWhenItCannotBeRead) {
  for (const auto& [request, asked] :
       {std::pair("CONNECT ex%61mple.test:443 HTTP/1.1\r\n\r\n", "ex%61mple.test:443"),
        std::pair("GET http://2130706433/secret HTTP/1.1\r\nHost: x\r\n\r\n", "2130706433"),
        std::pair("GET http://me:word@b.test/ HTTP/1.1\r\nHost: x\r\n\r\n", "@b.test")}) {
    Web web;
    // Not what the request before it asked for.
    web.get("/");
    Peer outside = web.server.accept();
    outside.receive_until("\r\n\r\n");
    outside.send(kOk);
    web.inside.receive_until("ok");
    web.inside.send(request);
    EXPECT_TRUE(web.inside.receive_until("\r\n").starts_with("HTTP/1.1 400 ")) << request;
    const std::vector<Report> reports = web.proxy.reports();
    ASSERT_EQ(reports.size(), 1U) << request;
    EXPECT_EQ(reports[0].reason, Reason::bad_name) << request;
    EXPECT_EQ(reports[0].host, asked);
    EXPECT_EQ(reports[0].port, 0);
  }
}

TEST(HttpRelay, AsksForThePasswordBeforeAnythingElse) {
  Web web([](Options& options) { options.clients = {{"sbxc", "secret"}}; });
  web.get("/");
  const std::string head = web.inside.receive_until("\r\n\r\n");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 407 ")) << head;
  EXPECT_THAT(head, HasSubstr("Proxy-Authenticate: Basic"));
  EXPECT_THAT(web.proxy.resolved(), ElementsAre());
  web.inside = web.proxy.client();
  web.get("/", "Proxy-Authorization: Basic c2J4YzpzZWNyZXQ=\r\n");  // sbxc:secret
  Peer outside = web.server.accept();
  EXPECT_THAT(outside.receive_until("\r\n\r\n"), Not(HasSubstr("c2J4")));
  outside.send(kOk);
  web.inside.receive_until("ok");
  web.get("/", "Proxy-Authorization: Basic c2J4Yzp3cm9uZw==\r\n");
  EXPECT_TRUE(web.inside.receive_until("\r\n").starts_with("HTTP/1.1 407 "));
  // Clients try without first: only a wrong one is worth a word.
  const std::vector<Report> reports = web.proxy.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].reason, Reason::bad_token);
}

TEST(HttpRelay, SlowReadersGetAWholeAnswerThatEndsTheConnection) {
  Web web;
  web.get("/", "Connection: close\r\n");
  Peer outside = web.server.accept();
  outside.receive_until("\r\n\r\n");
  const std::string body(8 << 20, 'x');
  std::thread writer([&] {
    outside.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
    outside.send(body);
    outside.close();
  });
  usleep(300'000);
  const std::string got = web.inside.receive_all();
  writer.join();
  EXPECT_EQ(got.substr(got.find("\r\n\r\n") + 4).size(), body.size());
}

}  // namespace
}  // namespace sbxc::egress
