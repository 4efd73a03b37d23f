// Each by the call itself with arguments that change nothing, for a version number does not say
// what a distribution, a container or a setting has taken away.
#include <fcntl.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "conformance/suite/error_names.h"
#include "conformance/suite/machine_features.h"

namespace sbxc::conform {

namespace {

std::string outcome(std::string_view call, long result) {
  if (result >= 0) return fmt::format("{} = {}", call, result);
  return fmt::format("{}: {}", call, error_name(errno));
}

Feature by_call(std::string name, std::string_view call, long result) {
  Feature feature{std::move(name), result >= 0 ? "yes" : "no", outcome(call, result)};
  if (result > 2) close(static_cast<int>(result));
  return feature;
}

Feature landlock() {
  constexpr unsigned kVersion = 1;  // LANDLOCK_CREATE_RULESET_VERSION
  const long abi = syscall(SYS_landlock_create_ruleset, nullptr, 0, kVersion);
  const std::string evidence = outcome("landlock_create_ruleset(…, VERSION)", abi);
  return {"landlock", abi > 0 ? fmt::format("ABI {}", abi) : "no", evidence};
}

Feature io_uring() {
  // struct io_uring_params is 120 bytes of zeros to begin with.
  alignas(8) char parameters[120] = {};
  return by_call("io_uring", "io_uring_setup(1)", syscall(SYS_io_uring_setup, 1, parameters));
}

Feature userfaultfd() {
  constexpr int kUserModeOnly = 1;
  return by_call("userfaultfd", "userfaultfd(USER_MODE_ONLY)",
                 syscall(SYS_userfaultfd, O_CLOEXEC | kUserModeOnly));
}

Feature pidfd() {
  return by_call("pidfd", "pidfd_open(self)", syscall(SYS_pidfd_open, getpid(), 0));
}

Feature vsock() {
  return by_call("vsock", "socket(AF_VSOCK)", socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

Feature ipv6() {
  const int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  const int result =
      fd < 0 ? -1 : bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  Feature feature{"ipv6", result == 0 ? "yes" : "no", outcome("bind(::1)", result)};
  if (fd >= 0) close(fd);
  return feature;
}

Feature user_namespaces() {
  const pid_t child = fork();
  if (child == 0) _exit(unshare(CLONE_NEWUSER) == 0 ? 0 : errno);
  int status = 0;
  waitpid(child, &status, 0);
  errno = WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
  const long result = errno == 0 ? 0 : -1;
  return {"user-namespaces", result == 0 ? "yes" : "no", outcome("unshare(CLONE_NEWUSER)", result)};
}

Feature keyrings() {
  constexpr int kGetKeyringId = 0;
  constexpr int kSession = -3;
  const long ring = syscall(SYS_keyctl, kGetKeyringId, kSession, 0);
  return {"keyrings", ring > 0 ? "yes" : "no",
          ring > 0 ? "keyctl(GET_KEYRING_ID) gives one" : outcome("keyctl(GET_KEYRING_ID)", ring)};
}

Feature path(std::string name, const char* file) {
  const bool there = access(file, F_OK) == 0;
  return {std::move(name), there ? "yes" : "no",
          fmt::format("{} is {}there", file, there ? "" : "not ")};
}

Feature mqueue() { return path("mqueue", "/proc/sys/fs/mqueue/msg_max"); }
Feature sysvipc() { return path("sysvipc", "/proc/sysvipc/shm"); }

std::string first_line(const char* file) {
  char line[64] = {};
  const int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  const ssize_t n = read(fd, line, sizeof line - 1);
  close(fd);
  std::string text(line, n > 0 ? static_cast<size_t>(n) : 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

Feature setting(std::string name, const char* file) {
  const std::string value = first_line(file);
  return {std::move(name), value.empty() ? "no" : value,
          value.empty() ? fmt::format("{} is not there", file) : file};
}

// A kernel without the setting has the request, as one has where the setting is 1.
Feature legacy_tiocsti() {
  const std::string value = first_line("/proc/sys/dev/tty/legacy_tiocsti");
  return {"legacy-tiocsti", value == "0" ? "no" : "yes",
          value.empty() ? "there is no dev.tty.legacy_tiocsti"
                        : fmt::format("dev.tty.legacy_tiocsti = {}", value)};
}
Feature yama() { return setting("yama", "/proc/sys/kernel/yama/ptrace_scope"); }

// The entry for 32-bit calls, which a kernel may not have. The child is killed where it has not.
Feature int80() {
#ifdef __x86_64__
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGSEGV, SIG_DFL);
    long result = 20;  // getpid
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
    _exit(result > 0 ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  const bool there = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return {"int80", there ? "yes" : "no",
          there ? "int 0x80 answers getpid" : "int 0x80 answers nothing"};
#else
  return {"int80", "no", "another architecture"};
#endif
}

}  // namespace

const std::vector<FeatureRow>& feature_rows() {
  static const std::vector<FeatureRow> rows = {
      {"landlock", landlock},
      {"user-namespaces", user_namespaces},
      {"io_uring", io_uring},
      {"userfaultfd", userfaultfd},
      {"pidfd", pidfd},
      {"vsock", vsock},
      {"ipv6", ipv6},
      {"keyrings", keyrings},
      {"mqueue", mqueue},
      {"sysvipc", sysvipc},
      {"legacy-tiocsti", legacy_tiocsti},
      {"yama", yama},
      {"int80", int80},
  };
  return rows;
}

}  // namespace sbxc::conform
