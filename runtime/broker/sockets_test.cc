// Unix sockets by path and by abstract name, and that other sockets are as ever.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <thread>

#include "runtime/broker/sandbox_for_test.h"

namespace sbxc::broker {
namespace {

struct Name {
  sockaddr_un address{};
  socklen_t size = 0;
  explicit Name(const std::string& path) {
    address.sun_family = AF_UNIX;
    memcpy(address.sun_path, path.data(), path.size());
    size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    if (path[0] != '\0') ++size;
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
};

std::string bound(int socket, const std::string& path) {
  const Name name(path);
  return outcome(bind(socket, name.get(), name.size));
}

std::string connected(const std::string& path, int type = SOCK_STREAM) {
  const int socket = ::socket(AF_UNIX, type, 0);
  if (socket < 0) return "no socket";
  const Name name(path);
  const std::string out = outcome(connect(socket, name.get(), name.size));
  close(socket);
  return out;
}

int listening(const std::string& path) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  if (socket < 0 || bound(socket, path) != "ok" || listen(socket, 8) != 0) return -1;
  return socket;
}

class Sockets : public ::testing::TestWithParam<As> {
 protected:
  void SetUp() override {
    box.options.sockets = true;
    const std::string agent = box.in("agent");
    box.sockets = [agent](std::string_view name) { return name == agent || name == "@bus"; };
    // Listeners of outside.
    for (const char* name : {"agent", "other"}) {
      listeners.push_back(listening(box.in(name)));
      EXPECT_EQ(chmod(box.in(name).c_str(), 0777), 0);
      // Whose it is matters for links to it.
      const uid_t owner = GetParam() == As::user ? 65534 : 0;
      EXPECT_TRUE(geteuid() != 0 || chown(box.in(name).c_str(), owner, owner) == 0);
    }
  }
  void TearDown() override {
    for (const int listener : listeners) close(listener);
  }
  Sandbox box{{"allow read /**", "allow write $w/**", "deny write $w/secret/**"}, GetParam()};
  std::vector<int> listeners;
};
INSTANTIATE_TEST_SUITE_P(Users, Sockets, ::testing::Values(As::root, As::user),
                         [](const auto& param) {
                           return param.param == As::root ? "AsRoot" : "AsUser";
                         });

TEST_P(Sockets, AreConnectedToWhereThePolicyAllowsThem) {
  box.make_link("agent", "to-agent");
  box.make_link("other", "to-other");
  box.make_file("file");
  const Ran ran = box.run([] {
    return joined({connected("agent"), connected("other"), connected("to-agent"),
                   connected("to-other"), connected("/proc/self/cwd/other"), connected("gone"),
                   connected("agent", SOCK_STREAM | SOCK_NONBLOCK),
                   connected("other", SOCK_SEQPACKET), outcome(link("other", "hard-link")),
                   connected("hard-link"), connected(std::string("\0other", 6))});
  });
  EXPECT_EQ(ran.said, "ok,EACCES,ok,EACCES,EACCES,ENOENT,ok,EACCES,ok,EACCES,EACCES");
  ASSERT_FALSE(ran.reports.empty());
  EXPECT_EQ(ran.reports[0].operation, Denied::socket);
  EXPECT_EQ(ran.reports[0].path, box.in("other"));
}

TEST_P(Sockets, DoNotGetAnAllowedNameByMoving) {  // L8
  box.make_directory("d");
  const std::string allowed = box.in("e/other");
  box.sockets = [allowed](std::string_view name) { return name == allowed; };
  const Ran ran = box.run([] {
    const std::string own = "/proc/self/fd/" + std::to_string(open("other", O_PATH));
    std::vector<std::string> said = {
        outcome(mkdir("e", 0777)),
        outcome(rename("other", "e/other")),
        outcome(link("other", "e/other")),
        outcome(linkat(AT_FDCWD, own.c_str(), AT_FDCWD, "e/other", AT_SYMLINK_FOLLOW)),
        outcome(rename("other", "d/other")),
        outcome(rmdir("e")),
        outcome(rename("d", "e"))};
    return joined(said);
  });
  EXPECT_EQ(ran.said, "ok,EACCES,EACCES,EACCES,ok,ok,EACCES");
}

TEST_P(Sockets, OfDatagramsAreNotMade) {
  const Ran ran = box.run([] {
    int pair[2];
    return joined({outcome(socket(AF_UNIX, SOCK_DGRAM, 0)),
                   outcome(socket(AF_UNIX, SOCK_RAW | SOCK_CLOEXEC, 0)),
                   outcome(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair)),
                   outcome(socketpair(AF_UNIX, SOCK_STREAM, 0, pair)),
                   outcome(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair)),
                   outcome(socket(AF_INET, SOCK_DGRAM, 0))});
  });
  EXPECT_EQ(ran.said, "EACCES,EACCES,EACCES,ok,ok,ok");
}

TEST_P(Sockets, AreBoundAsFilesAreMade) {
  box.make_directory("secret");
  const std::string mine = box.in("mine");
  // Names of this kind are the whole machine's: other tests must not meet this one.
  const std::string abstract = "mine-" + std::to_string(getpid());
  box.sockets = [&](std::string_view name) { return name == mine || name == "@" + abstract; };
  const Ran ran = box.run([abstract] {
    const auto fresh = [] { return socket(AF_UNIX, SOCK_STREAM, 0); };
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return std::string("no pair");
    const int listener = listening("mine");
    return joined({outcome(listener), connected("mine"), bound(fresh(), "mine"),
                   bound(fresh(), "secret/x"), bound(pair[0], "secret/x"),
                   bound(fresh(), "not-mine"), bound(fresh(), std::string(1, '\0') + abstract),
                   bound(fresh(), std::string("\0x", 2))});
  });
  EXPECT_EQ(ran.said, "ok,ok,EADDRINUSE,EACCES,EACCES,EACCES,ok,EACCES");
  EXPECT_FALSE(box.exists("secret/x"));
}

TEST_P(Sockets, OfTheInternetWorkAndHoldUpNobody) {
  const Ran ran = box.run([] {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    const std::string first = outcome(bind(listener, any, size));
    listen(listener, 4);
    getsockname(listener, any, &size);
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    const std::string second = outcome(connect(client, any, size));
    const int server = accept(listener, nullptr, nullptr);
    char byte = 0;
    const bool heard = write(client, "x", 1) == 1 && read(server, &byte, 1) == 1 && byte == 'x';
    close(listener);
    const int late = socket(AF_INET, SOCK_STREAM, 0);
    return joined({first, second, heard ? "heard" : "silence", outcome(connect(late, any, size)),
                   outcome(connect(12345, any, size))});
  });
  EXPECT_EQ(ran.said, "ok,ok,heard,ECONNREFUSED,EBADF");
}

// The address says one thing when it is looked at and another afterwards.
TEST_P(Sockets, AreNotReachedByChangingTheAddressMeanwhile) {
  const Ran ran = box.run([] {
    Name name("agent");
    std::atomic<bool> done = false;
    std::thread changer([&] {
      while (!done) {
        // A compiler must not leave out the first of the two.
        memcpy(name.address.sun_path, "other", 6);
        asm volatile("" ::: "memory");
        memcpy(name.address.sun_path, "agent", 6);
        asm volatile("" ::: "memory");
      }
    });
    int reached = 0;
    for (int i = 0; i < 300; ++i) {
      const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
      if (connect(socket, name.get(), name.size) == 0) {
        sockaddr_un peer{};
        socklen_t size = sizeof peer;
        getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size);
        if (strstr(peer.sun_path, "other") != nullptr) ++reached;
      }
      close(socket);
    }
    done = true;
    changer.join();
    return std::to_string(reached);
  });
  EXPECT_EQ(ran.said, "0");
}

// The kernel knows a process by its first thread, which may have ended.
TEST(Sockets, AThreadThatOutlivesTheFirstOneBinds) {
  Sandbox box({"allow read /**", "allow write $w/**"});
  const Ran ran = box.run([] {
    int ends[2];
    if (pipe(ends) != 0) return std::string("no pipe");
    const pid_t child = fork();
    if (child == 0) {
      pthread_t other{};
      const auto bind_later = [](void* end) -> void* {
        usleep(100'000);
        const std::string said = bound(::socket(AF_UNIX, SOCK_STREAM, 0), "late");
        const int out = *static_cast<int*>(end);
        (void)!write(out, said.data(), said.size());
        _exit(0);
      };
      pthread_create(&other, nullptr, bind_later, &ends[1]);
      syscall(SYS_exit, 0);
    }
    close(ends[1]);
    char said[64] = {};
    (void)!read(ends[0], said, sizeof said - 1);
    waitpid(child, nullptr, 0);
    return std::string(said);
  });
  // Before Linux 6.9 there is no way to a descriptor of such a process, and nothing is bound.
  const long process = syscall(SYS_pidfd_open, getpid(), O_EXCL);
  const bool threads_have_handles = process >= 0;
  if (threads_have_handles) close(static_cast<int>(process));
  EXPECT_EQ(ran.said, threads_have_handles ? "ok" : "ESRCH");
}

}  // namespace
}  // namespace sbxc::broker
