// How serving ends, and what it leaves behind: nothing of what it was handed over.
#include <gmock/gmock.h>

#include <chrono>

#include "runtime/descriptor/pipe.h"
#include "runtime/egress/proxy_for_test.h"

namespace sbxc::egress {
namespace {

using ::testing::HasSubstr;

std::string authority_of(const Server& server) {
  return "127.0.0.1:" + std::to_string(server.port());
}

// Whether somebody listens there.
bool is_open(const Place& place) {
  const Descriptor made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const SocketAddress address = socket_address(place);
  return connect(made.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) ==
         0;
}

bool is_open(int descriptor) { return fcntl(descriptor, F_GETFD) >= 0; }

struct Draining {
  explicit Draining(const RunningProxy::Change& change = {})
      : proxy({allow_port(server.port())}, [&](Options& options) {
          options.drain = order.read.release();
          if (change) change(options);
        }) {}
  // Drains, and comes back when nobody is let in any more.
  void drain() {
    order.write.reset();
    for (int i = 0; i < 500 && is_open(loopback(proxy.port)); ++i) usleep(10'000);
    EXPECT_FALSE(is_open(loopback(proxy.port)));
  }
  // Whether it ends by itself.
  bool ends() {
    for (int i = 0; i < 500 && proxy.status() < 0; ++i) usleep(10'000);
    return proxy.status() == 0;
  }
  Server server;
  Pipe order = open_pipe();
  RunningProxy proxy;
};

TEST(Drain, LetsWhatIsOpenGoOnAndEndsWithTheLast) {
  Draining draining;
  Peer first = draining.proxy.tunnel(authority_of(draining.server));
  Peer first_outside = draining.server.accept();
  Peer second = draining.proxy.tunnel(authority_of(draining.server));
  Peer second_outside = draining.server.accept();
  draining.drain();
  first.close();
  first_outside.close();
  second.send("still");
  EXPECT_EQ(second_outside.receive(5), "still");
  EXPECT_EQ(draining.proxy.status(), -1) << "it serves still";
  second.reset();
  EXPECT_TRUE(draining.ends());
}

TEST(Drain, WaitsForARequestThatIsBeingRead) {
  Draining draining;
  Peer slow = draining.proxy.client();
  slow.send("CONNECT ");
  for (int i = 0; i < 500 && draining.proxy.metrics.open == 0; ++i) usleep(10'000);
  draining.drain();
  const std::string authority = authority_of(draining.server);
  slow.send(authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
  EXPECT_TRUE(slow.receive_until("\r\n\r\n").starts_with("HTTP/1.1 200 "));
  slow.reset();
  EXPECT_TRUE(draining.ends());
}

TEST(Drain, EndsAtOnceWhenNothingIsOpen) {
  Draining draining;
  ASSERT_TRUE(is_open(loopback(draining.proxy.port)));
  draining.order.write.reset();
  EXPECT_TRUE(draining.ends());
}

TEST(Drain, LetsNobodyInWhoWaitedForAPlace) {
  Draining draining([](Options& options) { options.limits.sessions = 1; });
  Peer first = draining.proxy.tunnel(authority_of(draining.server));
  Peer waiting = draining.proxy.client();
  EXPECT_TRUE(waiting.hears_nothing(100));
  draining.drain();
  first.reset();
  EXPECT_TRUE(draining.ends());
  EXPECT_EQ(waiting.receive_some(), "");
  EXPECT_EQ(draining.proxy.metrics.accepted, 1U);
}

TEST(Drain, CanBeCutShort) {
  Draining draining;
  Peer open = draining.proxy.tunnel(authority_of(draining.server));
  draining.drain();
  draining.proxy.stop();
  EXPECT_EQ(draining.proxy.status(), 0);
  EXPECT_EQ(open.receive_some(), "");
}

// Fills every buffer on the way and is gone before the server reads.
struct LastWords {
  explicit LastWords(const RunningProxy::Change& change = {})
      : proxy({allow_port(server.port())}, [&](Options& options) {
          options.timeouts.parting = Timeouts::Time(4'000);
          if (change) change(options);
        }) {}
  size_t send_all_that_goes(Peer& client) {
    fcntl(client.get(), F_SETFL, O_NONBLOCK);
    const std::string bytes(65536, 'x');
    size_t sent = 0;
    for (int idle = 0; idle < 20;) {
      const ssize_t now = ::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (now > 0) sent += static_cast<size_t>(now);
      idle = now > 0 ? 0 : idle + 1;
      if (now < 0) usleep(5'000);
    }
    return sent;
  }
  Server server;
  RunningProxy proxy;
};

TEST(Parting, PassesOnWhatClientsThatAreGoneSaidLast) {
  LastWords last;
  Peer client = last.proxy.tunnel(authority_of(last.server));
  Peer outside = last.server.accept();
  const size_t sent = last.send_all_that_goes(client);
  ASSERT_GT(sent, size_t{1} << 20) << "all of it fits into a buffer of the kernel's";
  client.close();
  last.proxy.begin_to_stop();
  EXPECT_EQ(outside.receive_all().size(), sent);
  EXPECT_TRUE(outside.has_ended());
  last.proxy.stop();
  EXPECT_EQ(last.proxy.said(), "");
}

TEST(Parting, AcceptsWhoConnectedBefore) {
  LastWords last([](Options& options) { options.limits.sessions = 2; });
  Peer first = last.proxy.tunnel(authority_of(last.server));
  Peer first_outside = last.server.accept();
  // Nobody accepts these while as many as may be are open.
  Peer second = last.proxy.tunnel(authority_of(last.server));
  Peer second_outside = last.server.accept();
  Peer waiting = last.proxy.client();
  const std::string authority = authority_of(last.server);
  waiting.send("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\nlast words");
  EXPECT_TRUE(waiting.hears_nothing(100));
  waiting.close();
  first.reset();
  EXPECT_EQ(first_outside.receive_some(), "");
  last.proxy.begin_to_stop();
  Peer outside = last.server.accept();
  EXPECT_EQ(outside.receive_all(), "last words");
  second.close();
}

TEST(Parting, EndsAtOnceWhenNobodySaidAnything) {
  LastWords last;
  Peer client = last.proxy.tunnel(authority_of(last.server));
  Peer outside = last.server.accept();
  client.close();
  EXPECT_EQ(outside.receive_some(), "");
  const auto start = std::chrono::steady_clock::now();
  last.proxy.stop();  // the server has not said its last
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(1'000));
  EXPECT_EQ(last.proxy.said(), "");
}

TEST(Parting, CutsOffWhatDoesNotGetOnWithAResetAndSaysIt) {
  LastWords last([](Options& options) { options.timeouts.parting_still = Timeouts::Time(300); });
  Peer client = last.proxy.tunnel(authority_of(last.server));
  Peer outside = last.server.accept();
  last.send_all_that_goes(client);
  client.close();
  last.proxy.stop();
  EXPECT_EQ(last.proxy.said(),
            "1 connection was cut off after the command had ended; what was sent last may not have "
            "arrived\n");
  outside.receive_all();
  EXPECT_TRUE(outside.was_reset()) << "half of it looks like the whole";
}

TEST(Parting, HasAnEndAlsoForClientsThatStay) {
  LastWords last([](Options& options) { options.timeouts.parting = Timeouts::Time(300); });
  Peer client = last.proxy.tunnel(authority_of(last.server));
  Peer outside = last.server.accept();
  last.proxy.stop();
  EXPECT_EQ(last.proxy.status(), 0);
  EXPECT_EQ(outside.receive_some(), "");
  EXPECT_TRUE(outside.was_reset());
}

TEST(Serving, ClosesWhatItWasHandedOverAndNothingElse) {
  // With a listener that is none, and behind it one that it does not come to.
  for (const bool fails : {false, true}) {
    Pipe stop = open_pipe();
    Pipe drain = open_pipe();
    Pipe reload = open_pipe();
    Pipe reports = open_pipe();
    Server front;
    Options options;
    options.table = table_of({"allow connect a.test"});
    if (fails) options.listeners.push_back({ListenerKind::proxy, -1, 7});
    options.listeners.push_back({ListenerKind::proxy, front.release(), front.port()});
    options.stop = stop.read.release();
    options.drain = drain.read.release();
    options.reload = reload.read.release();
    options.reports = reports.write.get();
    std::string said;
    options.say = [&said](std::string_view line) { said += line; };
    const std::vector<int> given = {options.stop, options.drain, options.reload,
                                    options.listeners.back().descriptor};
    for (const int descriptor : given) ASSERT_TRUE(is_open(descriptor));
    stop.write.reset();
    EXPECT_EQ(serve(std::move(options)), fails ? 1 : 0);
    EXPECT_THAT(said, HasSubstr(fails ? "cannot listen on port 7: Bad file descriptor" : ""));
    for (const int descriptor : given) EXPECT_FALSE(is_open(descriptor)) << descriptor;
    EXPECT_TRUE(is_open(reports.write.get()));
  }
}

}  // namespace
}  // namespace sbxc::egress
