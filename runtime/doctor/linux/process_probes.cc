// What the launcher and the broker do to processes and with themselves: read a child's memory, hold
// a process by a descriptor, execute from memory, leave the session's keys, and a Landlock wall.
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/keyctl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "runtime/doctor/linux/probes.h"
#include "runtime/landlock/landlock.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

namespace sbxc::doctor {
namespace {

int say(int said, const std::string& text) {
  (void)!write(said, text.data(), text.size());
  return 1;
}

int say_errno(int said, const char* what) {
  return say(said, fmt::format("{}: {}", what, std::strerror(errno)));
}

pid_t waiting_child() {
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (getppid() == parent) pause();
    _exit(0);
  }
  return child;
}

void missing(Mechanism& found, const Outcome& outcome, std::vector<std::string> help) {
  found.state = State::missing;
  found.seen = outcome.said.empty() ? "the probe did not end by itself" : outcome.said;
  found.help = std::move(help);
}

int read_memory(int said) {
  static volatile char secret = 'y';
  const pid_t child = waiting_child();
  char copy = 0;
  iovec to{&copy, 1};
  iovec from{const_cast<char*>(&secret), 1};
  const ssize_t count = process_vm_readv(child, &to, 1, &from, 1, 0);
  const int error = errno;
  kill(child, SIGKILL);
  errno = error;
  if (count != 1 || copy != 'y') return say_errno(said, "a child's memory cannot be read");
  return 0;
}

int hold_process(int said) {
  const pid_t child = waiting_child();
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  if (handle < 0) return say_errno(said, "no descriptor of a process");
  if (syscall(SYS_pidfd_send_signal, handle, SIGKILL, nullptr, 0) != 0) {
    return say_errno(said, "no signal by descriptor");
  }
  pollfd ended{handle, POLLIN, 0};
  return poll(&ended, 1, 2000) == 1 ? 0 : say(said, "the end of a process is not told");
}

int use_executable_memory(int said) {
  int memory = memfd_create("doctor", MFD_CLOEXEC | MFD_EXEC);
  if (memory < 0 && errno == EINVAL) memory = memfd_create("doctor", MFD_CLOEXEC);
  if (memory < 0) return say_errno(said, "no program can be kept in memory");
  // The kernel looks at what is in it last: a refusal comes before, as EACCES.
  char* none[] = {nullptr};
  syscall(SYS_execveat, memory, "", none, none, AT_EMPTY_PATH);
  return errno == ENOEXEC ? 0 : say_errno(said, "a program in memory cannot be executed");
}

// 0, or what failed. A wall that lets /proc be listed and nothing else be opened.
int go_behind_wall(int said) {
  const landlock::Grant grants[] = {{"/proc", landlock::kReadDirectory}};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (const landlock::Failure failure = landlock::apply({.grants = grants})) {
    return say(said, fmt::format("{}: {}", failure.call, std::strerror(failure.error)));
  }
  const bool granted = open("/proc", O_RDONLY | O_CLOEXEC) >= 0;
  const bool refused = open("/", O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES;
  return granted && refused ? 0 : say(said, "a wall was built and is not there");
}

}  // namespace

Mechanism memory_reading() {
  Mechanism found{.id = "memory-reading",
                  .seen = "a child's memory was read",
                  .purpose = "the broker: what a stopped call asks for"};
  const Outcome outcome = in_child(read_memory);
  if (outcome.ok()) return found;
  missing(found, outcome, {"Yama may forbid it; as root: `sysctl -w kernel.yama.ptrace_scope=1`"});
  const long scope = setting("kernel/yama/ptrace_scope");
  if (scope < 2) found.help = {"a system call filter around this process forbids process_vm_readv"};
  if (scope == 3)
    found.help = {"Yama forbids it until the next start (kernel.yama.ptrace_scope=3)"};
  return found;
}

Mechanism process_handles() {
  Mechanism found{.id = "process-handles",
                  .seen = "a child was signalled and waited for by descriptor",
                  .purpose = "never signalling a process that took another's number"};
  const Outcome outcome = in_child(hold_process);
  if (!outcome.ok()) missing(found, outcome, {"needs Linux 5.3 or later (pidfd_open)"});
  return found;
}

Mechanism memory_programs() {
  Mechanism found{
      .id = "memory-programs",
      .seen = "the kernel takes programs from memory",
      .purpose = "the sandbox's first process, which is in no file that could be changed"};
  const Outcome outcome = in_child(use_executable_memory);
  if (outcome.ok()) return found;
  missing(found, outcome, {"as root: `sysctl -w vm.memfd_noexec=0`"});
  return found;
}

Mechanism session_keyring() {
  Mechanism found{.id = "session-keyring",
                  .seen = "a child has joined a session keyring of its own",
                  .purpose = "keeping the keys of the login from the command"};
  const Outcome outcome = in_child([](int said) {
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr) >= 0) return 0;
    if (errno == ENOSYS) return say(said, "this kernel keeps no keys") + 1;
    if (errno == EPERM)
      return say(said, "a filter around this process forbids the use of keys") + 1;
    return say_errno(said, "no session keyring of its own");
  });
  if (outcome.ok()) return found;
  if (outcome.status == 2) {
    found.seen = outcome.said;
    return found;
  }
  missing(found, outcome, {"see `sysctl kernel.keys.maxkeys`"});
  return found;
}

Mechanism landlock_wall() {
  Mechanism found{.id = "landlock",
                  .purpose = "`exec` rules, and a second wall behind the mounts",
                  .ordinary = false};
  const int version = landlock::abi();
  if (version == 0) {
    found.state = State::missing;
    found.seen = "not in this kernel, or switched off";
    found.help = {
        "needs Linux 5.13 or later, and `landlock` in the list of the start parameter `lsm=`"};
    return found;
  }
  const Outcome outcome = in_child(go_behind_wall);
  found.seen = fmt::format("ABI {}; a child was kept from what it was not granted", version);
  if (!outcome.ok()) {
    missing(found, outcome, {"a system call filter around this process may forbid it"});
  } else if (version < 2) {
    found.state = State::degraded;
    found.help = {"before Linux 5.19 it is used for `exec` rules alone, which then also keep files",
                  "from being moved to another directory"};
  } else if (version < 6) {
    found.state = State::degraded;
    found.help = {"from Linux 6.12 on (ABI 6) it keeps signals and abstract sockets inside, too"};
  }
  return found;
}

}  // namespace sbxc::doctor
