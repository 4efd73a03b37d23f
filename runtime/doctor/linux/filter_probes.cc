// System call filters: one that refuses, and one that asks. In the second a child stops in a call
// until this side has answered it with a descriptor, as the broker does for every `open` that it
// decides.
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "runtime/descriptor/passing.h"
#include "runtime/doctor/linux/probes.h"

#ifndef SECCOMP_ADDFD_FLAG_SEND
#define SECCOMP_ADDFD_FLAG_SEND (1UL << 1)
#endif
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif
#ifndef SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif

namespace sbxc::doctor {
namespace {

constexpr int kMarked = 0x5bc;  // a call is ours when its first argument is this

// A filter for SYS_getpriority(kMarked): nothing on the way of the probe calls that.
int load_filter(uint32_t answer, unsigned flags) {
  std::array<sock_filter, 6> code = {{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpriority, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kMarked, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, answer),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return static_cast<int>(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program));
}

int say(int said, const std::string& text) {
  (void)!write(said, text.data(), text.size());
  return 1;
}

constexpr char kByte = 'x';

bool send_descriptor(int socket, int descriptor) {
  return send_with_descriptor(socket, &kByte, 1, descriptor);
}

int receive_descriptor(int socket) {
  char byte = 0;
  return receive_with_descriptor(socket, &byte, 1);
}

// Behind the asking filter: 0 when its call gave a descriptor from which `y` can be read.
int asks(int socket, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) return 1;
  const int listener = load_filter(SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
  if (listener < 0) return errno;
  if (!send_descriptor(socket, listener)) return 1;
  close(listener);
  const int given = static_cast<int>(syscall(SYS_getpriority, kMarked, 0));
  char byte = 0;
  return given >= 0 && read(given, &byte, 1) == 1 && byte == 'y' ? 0 : 1;
}

// Answers one question with a pipe that holds `y`. What failed, or nothing.
std::string answer(int listener, int said) {
  uint64_t flags = SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP;
  if (syscall(SYS_ioctl, listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, flags) != 0) say(said, "slow ");
  // Larger than any kernel's structures so far.
  alignas(8) std::array<char, 512> question{};
  if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, question.data()) != 0) {
    return fmt::format("a call could not be received: {}", std::strerror(errno));
  }
  uint64_t id = 0;
  std::memcpy(&id, question.data() + offsetof(seccomp_notif, id), sizeof id);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0 || write(ends[1], "y", 1) != 1) return "no pipe";
  seccomp_notif_addfd add{};
  add.id = id;
  add.flags = SECCOMP_ADDFD_FLAG_SEND;
  add.srcfd = static_cast<__u32>(ends[0]);
  if (ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add) < 0) {
    return fmt::format("a call could not be answered with a descriptor: {}", std::strerror(errno));
  }
  return {};
}

int notify(int said) {
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
    return say(said, "no socket pair");
  }
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    close(sockets[0]);
    _exit(asks(sockets[1], parent));
  }
  close(sockets[1]);
  const int listener = receive_descriptor(sockets[0]);
  const std::string failure = listener < 0 ? std::string() : answer(listener, said);
  if (!failure.empty()) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    return say(said, failure);
  }
  int status = 0;
  waitpid(child, &status, 0);
  const int result = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  if (result == 0) return 0;
  return say(said, listener < 0 ? fmt::format("no listener: {}", std::strerror(result))
                                : std::string("the answer did not arrive"));
}

}  // namespace

Mechanism filter() {
  Mechanism found{.id = "filter",
                  .purpose = "`syscall` rules, and closing the kernel's rare doors"};
  const Outcome outcome = in_child([](int said) {
    if (load_filter(SECCOMP_RET_ERRNO | EXDEV, 0) != 0) {
      return say(said, fmt::format("no filter can be loaded: {}", std::strerror(errno)));
    }
    errno = 0;
    const bool refused = syscall(SYS_getpriority, kMarked, 0) == -1 && errno == EXDEV;
    return refused ? 0 : say(said, "a filter was loaded and is not obeyed");
  });
  found.seen = "a call of a child was refused";
  if (outcome.ok()) return found;
  found.state = State::missing;
  found.seen = outcome.said;
  found.help = {"the kernel needs CONFIG_SECCOMP_FILTER; a container may forbid it"};
  return found;
}

Mechanism user_notification() {
  Mechanism found{
      .id = "user-notification",
      .purpose = "the broker: names that are denied and not there yet, sockets by path"};
  const Outcome outcome = in_child(notify);
  if (!outcome.ok()) {
    found.state = State::missing;
    found.seen =
        outcome.status < 0 && outcome.said.empty() ? "no answer within five seconds" : outcome.said;
    found.help = {
        "needs Linux 5.14 or later, and a filter around this process that lets it listen;",
        "a process has one listener: inside of another broker's sandbox there is none"};
  } else if (outcome.said == "slow ") {
    found.state = State::degraded;
    found.seen = "a call was answered with a descriptor; without waking up on the same processor";
    found.help = {"from Linux 6.6 on a question to the broker takes a fifth of the time"};
  } else {
    found.seen = "a call was answered with a descriptor, on the same processor";
  }
  return found;
}

}  // namespace sbxc::doctor
