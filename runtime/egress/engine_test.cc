// The engine around the sessions: new tables, forwards, DNS, asking, the next proxy, reports.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "runtime/ask/ask.h"
#include "runtime/egress/name_resolver.h"
#include "runtime/egress/proxy_for_test.h"
#include "runtime/egress/reports.h"
#include "runtime/wire/dns_for_test.h"

namespace sbxc::egress {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

std::string authority_of(const Server& server) {
  return "127.0.0.1:" + std::to_string(server.port());
}

struct Pipe {
  Pipe() {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    out.reset(ends[0]);
    in.reset(ends[1]);
  }
  int release() {
    const int end = dup(out.get());
    out.reset();
    return end;
  }
  void ring() const { EXPECT_EQ(write(in.get(), "!", 1), 1); }
  Descriptor out;
  Descriptor in;
};

TEST(Reload, CountsFromTheNextConnectionOnAndLeavesOthersAlone) {
  Server server;
  Pipe wish;
  const std::string rule = allow_port(server.port());
  RunningProxy proxy({rule}, [&](Options& options) {
    options.reload = wish.release();
    options.next_table = [] { return table_of({"allow connect other.test"}); };
  });
  Peer inside = proxy.tunnel(authority_of(server));
  Peer outside = server.accept();
  wish.ring();
  for (int i = 0; i < 500 && proxy.metrics.reloads == 0; ++i) usleep(10'000);
  ASSERT_EQ(proxy.metrics.reloads, 1U);
  std::string answer;
  proxy.tunnel(authority_of(server), &answer);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 403 ")) << answer;
  inside.send("still");
  EXPECT_EQ(outside.receive(5), "still");
  EXPECT_EQ(proxy.reports().at(0).generation, 1U);
}

TEST(Reload, KeepsTheTableWhenTheNextOneIsBad) {
  Server server;
  Pipe wish;
  std::atomic<int> asked = 0;
  RunningProxy proxy({allow_port(server.port())}, [&](Options& options) {
    options.reload = wish.release();
    options.next_table = [&]() -> Table {
      ++asked;
      return nullptr;
    };
  });
  for (int i = 1; i <= 2; ++i) {
    wish.ring();
    for (int tries = 0; tries < 500 && asked < i; ++tries) usleep(10'000);
  }
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(proxy.metrics.reloads, 0U);
  EXPECT_TRUE(proxy.tunnel(authority_of(server)).is_open());
}

TEST(Reload, MayHappenAtAnyTime) {
  Server server;
  Pipe wish;
  const std::string rule = allow_port(server.port());
  RunningProxy proxy({rule}, [&](Options& options) {
    options.reload = wish.release();
    options.next_table = [&] { return table_of({rule}); };
  });
  for (int i = 0; i < 100; ++i) {
    wish.ring();
    Peer inside = proxy.tunnel(authority_of(server));
    inside.send("x");
    ASSERT_EQ(server.accept().receive(1), "x");
  }
}

TEST(Forwards, FollowWhatIsListenedOnInside) {
  std::mutex mutex;
  std::vector<uint16_t> listening;
  Server inside_server;
  const uint16_t port = inside_server.port();
  RunningProxy proxy({"allow connect a.test"}, [&](Options& options) {
    options.forwards = {{.addresses = {IpAddress::v4(127, 0, 0, 7)}, .ports = {{port, port}}}};
    options.listening_inside = [&] {
      const std::lock_guard lock(mutex);
      return listening;
    };
    options.socket_inside = [](bool v6) { return new_socket(v6); };
  });
  const auto answers = [&] {
    const Descriptor made(new_socket(false));
    const SocketAddress address = socket_address(loopback(port, 7));
    return connect(made.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) ==
               0 ||
           errno == EINPROGRESS;
  };
  const auto is_bound = [&] { return !Server(7, port).is_bound(); };
  EXPECT_FALSE(is_bound());
  {
    const std::lock_guard lock(mutex);
    listening = {port, 1};
  }
  for (int i = 0; i < 500 && !is_bound(); ++i) usleep(10'000);
  ASSERT_TRUE(answers());
  Peer client = Peer::connect(loopback(port, 7));
  Peer command;
  for (int i = 0; i < 3; ++i) {  // the first were those that looked
    command = inside_server.accept();
    client.send("x");
    if (command.receive_some(1, 300) == "x") break;
  }
  command.send("from inside");
  EXPECT_EQ(client.receive(11), "from inside");
  {
    const std::lock_guard lock(mutex);
    listening.clear();
  }
  for (int i = 0; i < 500 && is_bound(); ++i) usleep(10'000);
  EXPECT_FALSE(is_bound());
  command.send("still");
  EXPECT_EQ(client.receive(5), "still");
}

TEST(Forwards, SayOnceThatAPortIsTaken) {
  Server taken(7);
  const uint16_t port = taken.port();
  RunningProxy proxy({"allow connect a.test"}, [&](Options& options) {
    options.forwards = {{.addresses = {IpAddress::v4(127, 0, 0, 7)}, .ports = {{port, port}}}};
    options.listening_inside = [port] { return std::vector<uint16_t>{port}; };
    options.socket_inside = [](bool v6) { return new_socket(v6); };
  });
  usleep(600'000);
  const std::string said = proxy.said();
  EXPECT_THAT(said, HasSubstr("Address already in use"));
  EXPECT_EQ(said.find("cannot"), said.rfind("cannot")) << said;
}

TEST(Dns, AnswersOverTcpAndNamesWhatWasDenied) {
  Server front;
  RunningProxy proxy({"allow connect a.test"}, [&](Options& options) {
    options.names = true;
    options.listeners.push_back({ListenerKind::dns_tcp, dup(front.get()), front.port()});
  });
  Peer asker = Peer::connect(front.place());
  for (const auto& [name, exists] : {std::pair("a.test", true), std::pair("evil.test", false)}) {
    const std::string query = wire::QuestionForTest{.name = wire::labels(name)}.bytes();
    asker.send(std::string({char(query.size() >> 8), char(query.size())}) + query);
    const std::string size = asker.receive(2);
    ASSERT_EQ(size.size(), 2U);
    const std::string answer =
        asker.receive(size_t{static_cast<uint8_t>(size[0])} << 8 | static_cast<uint8_t>(size[1]));
    EXPECT_EQ(answer[3] & 15, exists ? 0 : 3) << name;
    EXPECT_EQ(answer.find(std::string("\xC6\x12", 2)) != std::string::npos, exists) << name;
  }
  asker.close();
  const std::vector<Report> reports = proxy.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].operation, Asked::dns);
  EXPECT_EQ(reports[0].host, "evil.test");
  EXPECT_EQ(proxy.metrics.dns_queries, 2U);
}

struct AskingProxy {
  explicit AskingProxy(const std::string& script) {
    const char* directory = getenv("TMPDIR");
    path = std::string(directory != nullptr ? directory : "/tmp") + "/ask.XXXXXX";
    close(mkstemp(path.data()));
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    chmod(path.c_str(), 0700);
    asker = std::make_unique<ask::Asker>(ask::Options{.way = ask::Way::program, .program = path});
    const std::string rule = "ask connect 127.0.0.1:" + std::to_string(server.port());
    proxy =
        std::make_unique<RunningProxy>(std::initializer_list<std::string_view>{rule},
                                       [this](Options& options) { options.asker = asker.get(); });
  }
  ~AskingProxy() {
    proxy->stop();
    unlink(path.c_str());
  }
  Server server;
  std::string path;
  std::unique_ptr<ask::Asker> asker;
  std::unique_ptr<RunningProxy> proxy;
};

TEST(Asking, LetsAConnectionWaitForTheAnswer) {
  AskingProxy asking("sleep 0.1; exit 0");
  Peer inside = asking.proxy->tunnel(authority_of(asking.server));
  inside.send("x");
  EXPECT_EQ(asking.server.accept().receive(1), "x");
}

TEST(Asking, RefusesWhatWasAnsweredNo) {
  AskingProxy asking("exit 1");
  std::string answer;
  asking.proxy->tunnel(authority_of(asking.server), &answer);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 403 ")) << answer;
  EXPECT_EQ(asking.proxy->reports().at(0).reason, Reason::asked_denied);
  EXPECT_TRUE(asking.server.is_left_alone(0));
}

TEST(Asking, RefusesWhenThereIsNobody) {
  Server server;
  RunningProxy proxy({"ask connect 127.0.0.1:" + std::to_string(server.port())});
  std::string answer;
  proxy.tunnel(authority_of(server), &answer);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 403 ")) << answer;
  EXPECT_EQ(proxy.reports().at(0).reason, Reason::ask_unavailable);
}

TEST(Asking, ForgetsAClientThatEndsMeanwhile) {
  AskingProxy asking("sleep 5; exit 0");
  Peer inside = asking.proxy->client();
  const std::string authority = authority_of(asking.server);
  inside.send("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
  usleep(100'000);
  inside.reset();
  for (int i = 0; i < 300 && asking.proxy->metrics.open != 0; ++i) usleep(10'000);
  EXPECT_EQ(asking.proxy->metrics.open, 0U);
}

TEST(Chaining, AsksTheNextProxyByName) {
  Server next;
  RunningProxy proxy({"allow connect a.test"}, [&](Options& options) {
    options.upstream = {"127.0.0.1", next.port(), "user:pass"};
  });
  std::string answer;
  std::thread upstream([&] {
    Peer outside = next.accept();
    const std::string request = outside.receive_until("\r\n\r\n");
    EXPECT_TRUE(request.starts_with("CONNECT a.test:443 HTTP/1.1\r\n")) << request;
    EXPECT_THAT(request, HasSubstr("Proxy-Authorization: Basic dXNlcjpwYXNz\r\n"));
    outside.send("HTTP/1.1 200 fine\r\n\r\nSSH-2.0");
    EXPECT_EQ(outside.receive(6), "hello\n");
  });
  Peer inside = proxy.tunnel("a.test:443");
  EXPECT_EQ(inside.receive(7), "SSH-2.0");
  inside.send("hello\n");
  upstream.join();
  EXPECT_TRUE(proxy.resolved().empty());
}

TEST(Chaining, SaysWhatTheNextProxyAnswered) {
  Server next;
  RunningProxy proxy({"allow connect a.test", "deny connect b.test"}, [&](Options& options) {
    options.upstream = {"127.0.0.1", next.port(), ""};
  });
  std::thread upstream([&] {
    Peer outside = next.accept();
    outside.receive_until("\r\n\r\n");
    outside.send("HTTP/1.1 407 no\r\nContent-Length: 0\r\n\r\n");
    outside.receive_some();
  });
  std::string answer;
  Peer inside = proxy.tunnel("a.test:443", &answer);
  upstream.join();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 504 ")) << answer;
  EXPECT_THAT(inside.receive_all(), HasSubstr("407"));
  proxy.tunnel("b.test:443", &answer);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 403 ")) << answer;
  EXPECT_TRUE(next.is_left_alone(0));
}

TEST(Chaining, LeavesWhatLeadsInwardAlone) {
  Server next;
  Server server;
  RunningProxy proxy({allow_port(server.port())}, [&](Options& options) {
    options.upstream = {"127.0.0.1", next.port(), ""};
  });
  Peer inside = proxy.tunnel(authority_of(server));
  EXPECT_TRUE(server.accept().is_open());
  EXPECT_TRUE(next.is_left_alone(0));
}

TEST(Reports, AreThinnedAndCounted) {
  Pipe pipe;
  {
    Reports reports(pipe.in.get(), 1);
    Report report;
    report.host = "a.test";
    for (int i = 0; i < 5; ++i) reports.write(report, 1000);
    reports.write(report, 3000);
    for (int i = 0; i < 100; ++i) {
      report.host = "n" + std::to_string(i) + ".test";
      reports.write(report, 3000);
    }
  }
  char bytes[65536];
  const ssize_t got = read(pipe.out.get(), bytes, sizeof bytes);
  std::string_view left(bytes, static_cast<size_t>(got));
  bool damaged = false;
  std::vector<Report> out;
  while (auto report = decode(left, damaged)) out.push_back(*report);
  ASSERT_EQ(out.size(), 11U);
  EXPECT_EQ(out[0].repeated, 0U);
  EXPECT_EQ(out[1].repeated, 4U);
  EXPECT_EQ(out[2].host, "n0.test");
}

TEST(Reports, NeverWaitForAFullPipe) {
  Pipe pipe;
  Reports reports(pipe.in.get(), 1'000'000);
  Report report;
  for (int i = 0; i < 5000; ++i) {
    report.host = "n" + std::to_string(i) + ".test";
    reports.write(report, 1000);
  }
  char bytes[1 << 17];
  EXPECT_GT(read(pipe.out.get(), bytes, sizeof bytes), 0);
  report.host = "last.test";
  reports.write(report, 1000);
  const ssize_t got = read(pipe.out.get(), bytes, sizeof bytes);
  std::string_view left(bytes, static_cast<size_t>(std::max<ssize_t>(got, 0)));
  bool damaged = false;
  const auto last = decode(left, damaged);
  ASSERT_TRUE(last);
  EXPECT_GT(last->dropped, 3000U);
}

TEST(Loopback, IsTheOtherFamilysToo) {
  Server server;  // on 127.0.0.1 alone
  const std::string port = std::to_string(server.port());
  RunningProxy proxy({"allow connect localhost:" + port});
  Peer inside = proxy.tunnel("[::1]:" + port);
  EXPECT_TRUE(server.accept().is_open());
  RunningProxy strict({"allow connect [::1]:" + port});
  std::string answer;
  strict.tunnel("[::1]:" + port, &answer);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 504 ")) << answer;
}

TEST(Resolving, AsksTheSystemForTheNameItselfAlone) {
  const Resolved localhost = system_resolve("localhost");
  EXPECT_EQ(localhost.error, 0);
  EXPECT_THAT(localhost.addresses, Contains(IpAddress::v4(127, 0, 0, 1)));
  const Resolved none = system_resolve("no-such-name.invalid");
  EXPECT_NE(none.error, 0);
  EXPECT_TRUE(none.addresses.empty());
}

TEST(Resolving, AsksOnceForANameThatManyWaitForAndRemembersIt) {
  Server server;
  const std::string port = std::to_string(server.port());
  RunningProxy proxy({"allow connect a.test:" + port, allow_port(server.port())});
  proxy.name("a.test", {IpAddress::v4(127, 0, 0, 1)});
  for (int i = 0; i < 3; ++i) proxy.tunnel("a.test:" + port);
  EXPECT_EQ(proxy.resolved().size(), 1U);
  EXPECT_GE(proxy.metrics.requests, 3U);
}

TEST(Resolving, DialsTheAddressThatWasCheckedAndNoOther) {
  Server server;
  const std::string port = std::to_string(server.port());
  std::atomic<int> asked = 0;
  RunningProxy proxy({"allow connect a.test:" + port}, [&](Options& options) {
    options.timeouts.name_cache = Timeouts::Time{0};
    options.resolve = [&asked](const std::string&) {
      // Good the first time, inward from then on.
      const IpAddress first = IpAddress::v4(192, 0, 2, 1);
      return Resolved{0, {asked++ == 0 ? first : IpAddress::v4(127, 0, 0, 1)}};
    };
    options.timeouts.connect = Timeouts::Time{150};
  });
  std::string answer;
  proxy.tunnel("a.test:" + port, &answer);
  EXPECT_FALSE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  EXPECT_EQ(asked, 1);
  proxy.tunnel("a.test:" + port, &answer);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 403 ")) << answer;
  EXPECT_TRUE(server.is_left_alone(0));
}

}  // namespace
}  // namespace sbxc::egress
