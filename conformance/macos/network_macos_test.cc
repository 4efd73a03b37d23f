// The network of a command on a Mac: one port, and behind it what the policy allows.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "conformance/macos/mac_stage_for_test.h"

namespace sbxc::conformance {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Answers every request of HTTP with one word, and counts the connections.
class OneWordServer {
 public:
  OneWordServer() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, any, size) != 0 || listen(listener_, 16) != 0 ||
        getsockname(listener_, any, &size) != 0) {
      ADD_FAILURE() << "no port";
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~OneWordServer() {
    shutdown(listener_, SHUT_RDWR);
    close(listener_);
    thread_.join();
  }
  OneWordServer(const OneWordServer&) = delete;
  OneWordServer& operator=(const OneWordServer&) = delete;

  std::string port() const { return std::to_string(port_); }
  int connections() const { return connections_; }

 private:
  void serve() {
    for (int peer = -1; (peer = accept(listener_, nullptr, nullptr)) >= 0;) {
      ++connections_;
      char request[4096];
      (void)!read(peer, request, sizeof(request));
      constexpr std::string_view kAnswer =
          "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nserved";
      (void)!write(peer, kAnswer.data(), kAnswer.size());
      close(peer);
    }
  }

  int listener_;
  uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  std::thread thread_;
};

std::string policy_with(const std::string& rule) { return kMacPolicy + rule + "\n"; }

TEST(MacNetwork, ReachesWhatIsAllowedThroughTheProxy) {
  const OneWordServer server;
  const MacStage stage(policy_with("allow connect 127.0.0.1:" + server.port()));
  const auto result = stage.shell("curl -sS http://127.0.0.1:" + server.port() + "/");
  EXPECT_EQ(result.out, "served") << result.err;
  EXPECT_EQ(server.connections(), 1);
}

TEST(MacNetwork, ReachesNothingThatIsNotAllowed) {
  const OneWordServer allowed;
  const OneWordServer other;
  const MacStage stage(policy_with("allow connect 127.0.0.1:" + allowed.port()));
  const auto result = stage.shell("curl -sS http://127.0.0.1:" + other.port() + "/; curl -sS " +
                                  "--noproxy '*' http://127.0.0.1:" + other.port() + "/");
  EXPECT_THAT(result.out, Not(HasSubstr("served")));
  EXPECT_EQ(other.connections(), 0);
}

TEST(MacNetwork, ReachesNothingAroundTheProxy) {
  const OneWordServer server;
  const MacStage stage(policy_with("allow connect 127.0.0.1:" + server.port()));
  for (const char* host : {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"}) {
    stage.shell("curl -sS --noproxy '*' http://" + std::string(host) + ":" + server.port() + "/");
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST(MacNetwork, HasNoneWithoutARuleForIt) {
  const OneWordServer server;
  const MacStage stage;
  const auto result = stage.shell("env; curl -sS --noproxy '*' http://127.0.0.1:" + server.port());
  EXPECT_THAT(result.out, AllOf(Not(HasSubstr("HTTP_PROXY")), Not(HasSubstr("served"))));
  EXPECT_EQ(server.connections(), 0);
}

TEST(MacNetwork, AsksNoNameServer) {
  const MacStage stage(policy_with("allow connect 127.0.0.1:9"));
  EXPECT_NE(stage.run({"/usr/bin/dscacheutil", "-q", "host", "-a", "name", "example.com"}).out,
            stage.outside("dscacheutil -q host -a name example.com").out);
}

// Another user's program, or the command's page in a browser, knows the port and not the token.
TEST(MacNetwork, ServesNobodyWithoutTheToken) {
  const OneWordServer server;
  const MacStage stage(policy_with("allow connect 127.0.0.1:" + server.port()));
  const auto result = stage.shell(
      "place=${HTTP_PROXY##*@}; curl -sS -x http://$place http://127.0.0.1:" + server.port() +
      "/; curl -sS -x http://sbxc:wrong@$place http://127.0.0.1:" + server.port() + "/");
  EXPECT_THAT(result.out, Not(HasSubstr("served")));
  EXPECT_EQ(server.connections(), 0);
}

TEST(MacNetwork, TellsWhatWasRefused) {
  const OneWordServer server;
  const MacStage stage(policy_with("allow connect 127.0.0.1:9"));
  const auto result = stage.shell("curl -sS http://127.0.0.1:" + server.port() + "/");
  EXPECT_THAT(result.err, HasSubstr("denied: connect 127.0.0.1:" + server.port()));
}

}  // namespace
}  // namespace sbxc::conformance
