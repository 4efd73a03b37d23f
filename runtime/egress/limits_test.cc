// What the proxy does when there is too much of something, or when somebody takes their time.
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>

#include "runtime/descriptor/pipe.h"
#include "runtime/egress/proxy_for_test.h"

namespace sbxc::egress {
namespace {

using ::testing::HasSubstr;

// For as long as it lives, the process has no more than so many descriptors beyond those in use.
class FewDescriptors {
 public:
  explicit FewDescriptors(rlim_t more) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(next);
    rlimit few = before_;
    few.rlim_cur = static_cast<rlim_t>(next) + more;
    setrlimit(RLIMIT_NOFILE, &few);
  }
  ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

 private:
  rlimit before_{};
};

TEST(Limits, HoldNewConnectionsWhenThereAreTooMany) {
  Server server;
  RunningProxy proxy({allow_port(server.port())},
                     [](Options& options) { options.limits.sessions = 2; });
  const std::string authority = "127.0.0.1:" + std::to_string(server.port());
  Peer first = proxy.tunnel(authority);
  Peer second = proxy.tunnel(authority);
  Peer third = proxy.client();
  third.send("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
  EXPECT_TRUE(third.hears_nothing(150));
  EXPECT_THAT(proxy.said(), HasSubstr("too many connections at once (2)"));
  first.reset();
  EXPECT_TRUE(third.receive_until("\r\n\r\n").starts_with("HTTP/1.1 200 "));
}

TEST(Limits, EndWithTheProxyWhileConnectionsWait) {
  Server server;
  RunningProxy proxy({allow_port(server.port())}, [](Options& options) {
    options.limits.sessions = 1;
    options.forwards = {{.addresses = {IpAddress::v4(127, 0, 0, 7)}, .ports = {{1, 1}}}};
    options.listening_inside = [] { return std::vector<uint16_t>(); };
  });
  Peer open = proxy.tunnel("127.0.0.1:" + std::to_string(server.port()));
  Peer waiting = proxy.client();
  usleep(100'000);
  const auto begin = std::chrono::steady_clock::now();
  proxy.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(500));
}

TEST(Limits, KeepWhatIsOpenWhenDescriptorsRunOut) {
  Server server;
  RunningProxy proxy({allow_port(server.port())});
  const std::string authority = "127.0.0.1:" + std::to_string(server.port());
  Peer inside = proxy.tunnel(authority);
  Peer outside = server.accept();
  std::vector<Peer> waiting;
  {
    const FewDescriptors few(12);
    // The clients of the test use up what the proxy would need.
    for (int i = 0; i < 12; ++i) {
      const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      if (made < 0) break;
      Peer peer(made);
      const SocketAddress address = socket_address(loopback(proxy.port));
      if (connect(made, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0) {
        break;
      }
      peer.send("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
      waiting.push_back(std::move(peer));
    }
    for (int i = 0; i < 500 && proxy.metrics.out_of_descriptors == 0; ++i) usleep(10'000);
    EXPECT_GT(proxy.metrics.out_of_descriptors, 0U);
    inside.send("still here");
    EXPECT_EQ(outside.receive(10), "still here");
  }
  EXPECT_THAT(proxy.said(), HasSubstr("out of descriptors"));
  EXPECT_EQ(proxy.said().find("out of desc"), proxy.said().rfind("out of desc")) << "said once";
  waiting.clear();
  EXPECT_TRUE(proxy.tunnel(authority).is_open());
}

TEST(Limits, EndAClientThatSendsAByteNowAndThen) {
  Server server;
  RunningProxy proxy({allow_port(server.port())},
                     [](Options& options) { options.timeouts.head = Timeouts::Time{200}; });
  Peer slow = proxy.client();
  const std::string request = "CONNECT 127.0.0.1:1 HTTP/1.1\r\n";
  for (size_t i = 0; i < request.size() && slow.hears_nothing(30); ++i) {
    slow.send(request.substr(i, 1));
  }
  EXPECT_FALSE(slow.timed_out());
  EXPECT_THAT(slow.receive_all(), HasSubstr("TTP/1.1 408 "));
}

TEST(Limits, EndAHeadWithoutEnd) {
  RunningProxy proxy({"allow connect a.test"});
  Peer inside = proxy.client();
  inside.send("GET http://a.test/ HTTP/1.1\r\n");
  for (int i = 0; i < 80 && !inside.was_reset(); ++i) {
    inside.send("X-Field: " + std::string(1000, 'x') + "\r\n");
  }
  EXPECT_THAT(inside.receive_until("\r\n"), HasSubstr("HTTP/1.1 431 "));
}

TEST(Limits, AnswerWhenANameIsNeverResolved) {
  std::atomic<bool> over = false;
  RunningProxy proxy({"allow connect *.test"}, [&](Options& options) {
    options.timeouts.resolve = Timeouts::Time{150};
    options.limits.resolver_threads = 2;
    options.limits.waiting_names = 3;
    options.resolve = [&over](const std::string&) {
      while (!over) usleep(10'000);
      return Resolved{.error = -3, .addresses = {}};
    };
  });
  std::vector<Peer> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(proxy.client());
    const std::string authority = "n" + std::to_string(i) + ".test:443";
    clients.back().send("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
    usleep(20'000);
  }
  EXPECT_TRUE(clients[3].receive_until("\r\n").starts_with("HTTP/1.1 503 "));
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(clients[static_cast<size_t>(i)].receive_until("\r\n").starts_with("HTTP/1.1 502 "));
  }
  over = true;
  proxy.stop();
  EXPECT_EQ(proxy.status(), 0);
}

TEST(Limits, TryTheNextAddressWhenOneIsSilent) {
  Server server;
  Server full(3, server.port(), 0);
  ASSERT_TRUE(full.is_bound());
  // A queue that is full drops what comes.
  std::vector<Peer> queue;
  for (int i = 0; i < 3; ++i) {
    const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const SocketAddress address = socket_address(full.place());
    static_cast<void>(
        connect(made, reinterpret_cast<const sockaddr*>(&address.storage), address.size));
    queue.emplace_back(made);
  }
  usleep(50'000);
  const std::string port = std::to_string(server.port());
  RunningProxy proxy({"allow connect a.test:" + port, "allow connect 127.0.0.0/8:" + port},
                     [](Options& options) { options.timeouts.stagger = Timeouts::Time{100}; });
  proxy.name("a.test", {IpAddress::v4(127, 0, 0, 3), IpAddress::v4(127, 0, 0, 9),
                        IpAddress::v4(127, 0, 0, 1)});
  Peer inside = proxy.tunnel("a.test:" + port);
  inside.send("x\n");
  EXPECT_EQ(server.accept().receive(2), "x\n");
}

size_t resident_kilobytes() {
  std::ifstream file("/proc/self/smaps_rollup");
  std::string word;
  size_t kilobytes = 0;
  while (file >> word) {
    if (word == "Private_Dirty:") file >> kilobytes;
  }
  return kilobytes;
}

TEST(Limits, BoundTheMemoryForSlowReaders) {
  Server server;
  RunningProxy proxy({allow_port(server.port())});
  const std::string authority = "127.0.0.1:" + std::to_string(server.port());
  std::vector<Peer> inside;
  std::vector<Peer> outside;
  const size_t before = resident_kilobytes();
  const std::string chunk(1 << 16, 'x');
  size_t sent = 0;  // to the last one
  for (int i = 0; i < 200; ++i) {
    inside.push_back(proxy.tunnel(authority));
    outside.push_back(server.accept());
    // As much as the kernel and the proxy take.
    sent = 0;
    while (true) {
      const ssize_t taken =
          send(outside.back().get(), chunk.data(), chunk.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (taken <= 0) break;
      sent += static_cast<size_t>(taken);
    }
  }
  usleep(200'000);
  const size_t after = resident_kilobytes();
  EXPECT_LT(after - std::min(after, before), 24U * 1024);
  EXPECT_GT(sent, 0U);
  const size_t read = std::min<size_t>(sent, 100'000);
  EXPECT_EQ(inside[199].receive(read).size(), read);
}

// In a process of its own, for the descriptors of all of them are more than one process may have:
// opens tunnels, says so, and hears a byte from each seventh.
class ManyClients {
 public:
  ManyClients() : process_(fork()) {
    if (process_ == 0) _exit(run() ? 0 : 1);
    port_.read.reset();
  }
  ~ManyClients() {
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  ManyClients(const ManyClients&) = delete;
  ManyClients& operator=(const ManyClients&) = delete;

  void go(uint16_t proxy, uint16_t server, size_t count) {
    const size_t order[] = {proxy, server, count};
    (void)!write(port_.write.get(), order, sizeof order);
  }
  bool heard_all() {
    int status = -1;
    waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  bool run() {
    port_.write.reset();
    size_t order[3];
    if (read(port_.read.get(), order, sizeof order) != sizeof order) return false;
    const std::string authority = "127.0.0.1:" + std::to_string(order[1]);
    std::vector<Peer> tunnels;
    for (size_t i = 0; i < order[2]; ++i) {
      tunnels.push_back(Peer::connect(loopback(static_cast<uint16_t>(order[0]))));
      tunnels.back().send("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
      if (!tunnels.back().receive_until("\r\n\r\n").starts_with("HTTP/1.1 200 ")) return false;
    }
    for (size_t i = 0; i < order[2]; i += 7) {
      if (tunnels[i].receive_some(1, 30'000) != "x") return false;
    }
    return true;
  }

  Pipe port_ = open_pipe();
  pid_t process_;
};

TEST(Limits, AreFarFromFiveThousandTunnels) {
  constexpr size_t kTunnels = 5000;
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  // Both of the proxy's ends and the server's.
  const rlim_t needed = 3 * kTunnels + 200;
  const size_t tunnels = limit.rlim_max >= needed ? kTunnels : (limit.rlim_max - 200) / 3;
  if (tunnels < kTunnels) {
    std::fprintf(stderr, "only %zu tunnels: no more than %zu descriptors may be opened here\n",
                 tunnels, static_cast<size_t>(limit.rlim_max));
  }
  limit.rlim_cur = std::min(limit.rlim_max, needed);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  ManyClients clients;
  Server server;
  RunningProxy proxy({allow_port(server.port())});
  clients.go(proxy.port, server.port(), tunnels);
  std::vector<Peer> outside;
  for (size_t i = 0; i < tunnels; ++i) {
    outside.push_back(server.accept());
    ASSERT_TRUE(outside.back().is_open()) << i;
  }
  EXPECT_EQ(proxy.metrics.open, tunnels);
  for (size_t i = 0; i < tunnels; i += 7) outside[i].send("x");
  EXPECT_TRUE(clients.heard_all());
}

}  // namespace
}  // namespace sbxc::egress
