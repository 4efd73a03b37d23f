// The engine on listeners of a sandbox's own network: a program inside asks for a name by UDP,
// connects to the address that it is told, and is brought to a server outside.
#ifdef __linux__
#include <gmock/gmock.h>

#include "runtime/egress/proxy_for_test.h"
#include "runtime/netns/listening.h"
#include "runtime/netns/netns.h"
#include "runtime/netns/programs_for_test.h"
#include "runtime/netns/sandbox_process_for_test.h"
#include "runtime/wire/dns_for_test.h"

namespace sbxc::egress {
namespace {

using ::testing::SizeIs;

constexpr uint16_t kA = 1;
constexpr uint16_t kAaaa = 28;

ListenerKind kind_of(netns::ListenerKind kind) {
  switch (kind) {
    case netns::ListenerKind::captured:
      return ListenerKind::captured;
    case netns::ListenerKind::redirected:
      return ListenerKind::redirected;
    case netns::ListenerKind::proxy:
      return ListenerKind::proxy;
    case netns::ListenerKind::dns_udp:
      return ListenerKind::dns_udp;
    case netns::ListenerKind::dns_tcp:
      return ListenerKind::dns_tcp;
  }
  return ListenerKind::captured;
}

// A proxy for a sandbox, where every port but the loopback's is caught.
struct Served {
  Served(std::initializer_list<std::string_view> rules, netns::Method method, uint16_t port,
         std::function<std::string()> program)
      : inside(std::move(program)), proxy(rules, [&](Options& options) {
          netns::Order order;
          order.process = inside.process();
          order.ports = {{port, port}};
          order.loopback = netns::Loopback::raise;
          order.method = method;
          auto started = netns::Capture::start(order);
          EXPECT_TRUE(started) << started.error().message;
          auto made = started->finish();
          EXPECT_TRUE(made) << made.error().message;
          options.names = true;
          options.v6 = made->v6;
          for (netns::Listener& listener : made->listeners) {
            options.listeners.push_back(
                {kind_of(listener.kind), listener.socket.release(), listener.port});
          }
        }) {
    proxy.name("a.test", {IpAddress::v4(127, 0, 0, 1)});
  }
  netns::SandboxProcess inside;
  RunningProxy proxy;
};

// Inside: one question by UDP. The answer, or none.
std::optional<wire::AnswerForTest> ask(const std::string& server, const std::string& query) {
  const netns::Place to = netns::place(server, 53);
  const Descriptor made(socket(to.family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (connect(made.get(), to.get(), to.size) != 0) return std::nullopt;
  if (send(made.get(), query.data(), query.size(), 0) < 0) return std::nullopt;
  pollfd waits{made.get(), POLLIN, 0};
  char bytes[4096];
  // A connected socket takes no answer from elsewhere than where it asked.
  if (poll(&waits, 1, kPatience) != 1) return std::nullopt;
  const ssize_t got = recv(made.get(), bytes, sizeof bytes, 0);
  if (got < 0) return std::nullopt;
  return wire::read_answer({bytes, static_cast<size_t>(got)});
}

std::string address_of(const std::string& name, uint16_t kind,
                       const std::string& server = "127.0.0.1") {
  wire::QuestionForTest question{.name = wire::labels(name), .type = kind};
  const auto answer = ask(server, question.with_edns(1232).bytes());
  if (!answer) return "no answer";
  if (answer->answers.empty()) return "code " + std::to_string(answer->code());
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(kind == kA ? AF_INET : AF_INET6, answer->answers[0].data.data(), text, sizeof text);
  return text;
}

// Inside: what comes back for `hello`, or what became of the connection.
std::string talk(const std::string& address, uint16_t port) {
  const netns::Place to = netns::place(address, port);
  const Descriptor made(socket(to.family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!made || connect(made.get(), to.get(), to.size) != 0) return netns::errno_name();
  if (send(made.get(), "hello\n", 6, MSG_NOSIGNAL) != 6) return netns::errno_name();
  char bytes[64];
  const ssize_t got = recv(made.get(), bytes, sizeof bytes, 0);
  return got < 0 ? netns::errno_name() : std::string(bytes, static_cast<size_t>(got));
}

TEST(Inside, NamesAreAnsweredByUdpAndLeadOutsideByEitherWayOfCapture) {
  for (const netns::Method method : {netns::Method::listeners, netns::Method::redirect}) {
    Server server;
    const uint16_t port = server.port();
    const std::string rule = "allow connect a.test:" + std::to_string(port);
    const std::string address = allow_port(port);
    Served served({rule, address}, method, port, [port] {
      const std::string v4 = address_of("a.test", kA);
      std::string all = talk(v4, port) + " ";
      all += talk(address_of("a.test", kAaaa, "::1"), port) + " ";
      all += address_of("b.test", kA, "9.9.9.9") + " ";
      all += talk("198.51.100.1", port) + " ";
      return all + talk(v4, port == 1 ? 2 : 1);
    });
    served.inside.go();
    for (int i = 0; i < 2; ++i) {
      Peer outside = server.accept();
      EXPECT_EQ(outside.receive(6), "hello\n");
      outside.send("welcome");
    }
    // What no rule allows is accepted, to be reset; what is not caught is refused.
    EXPECT_EQ(served.inside.result(), "welcome welcome code 3 ECONNRESET ECONNREFUSED");
    EXPECT_EQ(served.proxy.metrics.dns_queries, 3U);
    EXPECT_EQ(served.proxy.metrics.dns_denied, 1U);
    const std::vector<Report> reports = served.proxy.reports();
    ASSERT_THAT(reports, SizeIs(2));
    EXPECT_EQ(reports[0].host, "b.test");
    EXPECT_EQ(reports[1].host, "198.51.100.1");
    EXPECT_EQ(reports[1].port, port);
  }
}

TEST(Inside, TheRedirectsOwnPortLeadsNowhere) {
  Server server;
  const uint16_t port = server.port();
  const std::string rule =
      "allow connect a.test:" + std::to_string(port) + ", 127.0.0.1:*, [::1]:*";
  Served served({rule}, netns::Method::redirect, port, [] {
    std::string all;
    for (const uint16_t open : netns::listening_ports({{1, 65535}})) {
      if (open == 53) continue;
      for (const char* loopback : {"127.0.0.1", "::1"}) {
        const std::string came_of_it = talk(loopback, open);
        if (came_of_it != "ECONNREFUSED") all += came_of_it + " ";  // the other family's
      }
    }
    return all;
  });
  EXPECT_EQ(served.inside.run_it(), "ECONNRESET ECONNRESET ");
  EXPECT_TRUE(server.is_left_alone(0));
}

TEST(Inside, BadDatagramsHaveNoAnswerAndStopNothing) {
  Served served({"allow connect a.test:1"}, netns::Method::listeners, 1, [] {
    const netns::Place to = netns::place("127.0.0.1", 53);
    const Descriptor made(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    std::string all = connect(made.get(), to.get(), to.size) == 0 ? "" : "no socket ";
    std::string answer = wire::QuestionForTest{.flags = 0x8100}.bytes();
    for (const std::string& bad :
         {std::string(), std::string("x"), std::string(60'000, 'x'), answer}) {
      if (send(made.get(), bad.data(), bad.size(), 0) < 0) all += netns::errno_name() + " ";
    }
    // Many at once, and each of them answered once.
    const std::string query = wire::QuestionForTest{.name = wire::labels("a.test")}.bytes();
    for (int i = 0; i < 100; ++i) (void)!send(made.get(), query.data(), query.size(), 0);
    int answers = 0;
    for (pollfd waits{made.get(), POLLIN, 0}; answers < 100 && poll(&waits, 1, 2000) == 1;) {
      char bytes[512];
      const ssize_t got = recv(made.get(), bytes, sizeof bytes, 0);
      if (got > 20) ++answers;
    }
    return all + std::to_string(answers) + " " + address_of("a.test", kA);
  });
  EXPECT_EQ(served.inside.run_it(), "100 198.18.0.1");
}

}  // namespace
}  // namespace sbxc::egress
#endif
