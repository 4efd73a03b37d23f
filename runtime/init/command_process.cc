// The order matters. Landlock comes before the filters, for a policy may forbid its calls. The
// filter that asks the broker comes before the policy's, for a policy may forbid installing
// filters. The policy's is the last thing before execve.
#include "runtime/init/command_process.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "runtime/init/channel.h"
#include "runtime/protections/protections.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif
#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE (1U << 1)
#endif

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

namespace sbxc::init {
namespace {

using protections::is_on;
using protections::Protection;

ExecFailure failed(Stage stage) { return {static_cast<int32_t>(stage), errno, nullptr}; }

// What else was ignored or blocked outside is the launcher's choice and not the command's. The
// system's own call (struct sigaction of its asm/signal.h, where the handler comes first), for a
// library keeps some signals for itself that its neighbour leaves to programs.
void reset_signals(SignalBits ignored) {
  constexpr unsigned long kDefault[4] = {};
  const unsigned long kIgnored[4] = {reinterpret_cast<unsigned long>(SIG_IGN)};
  for (int signal = 1; signal < NSIG; ++signal) {
    const unsigned long* action = has_signal(ignored, signal) ? kIgnored : kDefault;
    syscall(SYS_rt_sigaction, signal, action, nullptr, sizeof(unsigned long));
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

int install(const Filter& filter, unsigned flags) {
  sock_fprog program{static_cast<unsigned short>(filter.size / sizeof(sock_filter)),
                     reinterpret_cast<sock_filter*>(const_cast<char*>(filter.bytes))};
  return static_cast<int>(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program));
}

// A call that the broker has begun is interrupted by deadly signals alone, where the kernel can
// (5.19): programs with many signals would do things twice otherwise.
int install_with_listener(const Filter& filter) {
  const int listener =
      install(filter, SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
  if (listener >= 0 || errno != EINVAL) return listener;
  return install(filter, SECCOMP_FILTER_FLAG_NEW_LISTENER);
}

bool tell(const CommandOrders& orders, int number) {
  return write(orders.numbers_out, &number, sizeof(number)) == sizeof(number);
}

bool hand_on(const CommandOrders& orders, int listener) {
  char taken = 0;
  return tell(orders, listener) && read(orders.listener_taken, &taken, 1) == 1;
}

// glibc takes an enumeration in C++, others an int.
using Resource = decltype(RLIMIT_CORE);

bool set_limit(const Limit& limit) {
  rlimit now{};
  const auto resource = static_cast<Resource>(limit.resource);
  if (getrlimit(resource, &now) != 0) return false;
  // A limit of outside that is lower stays.
  if (now.rlim_max != RLIM_INFINITY && now.rlim_max < limit.value) return true;
  const rlimit wanted{limit.value, limit.value};
  return setrlimit(resource, &wanted) == 0;
}

// As execvp, with the PATH of the command's own environment and the reason of the first program
// that was found and could not be executed.
int execute(char** arguments, char** environment) {
  const char* name = arguments[0];
  if (name[0] == '\0') return ENOENT;
  if (std::strchr(name, '/') != nullptr) {
    execve(name, arguments, environment);
    return errno;
  }
  const char* path = "/usr/bin:/bin";
  for (char** entry = environment; *entry != nullptr; ++entry) {
    if (std::strncmp(*entry, "PATH=", 5) == 0) path = *entry + 5;
  }
  static char candidate[4096];
  int reason = ENOENT;
  while (true) {
    const char* end = std::strchr(path, ':');
    const size_t length = end != nullptr ? static_cast<size_t>(end - path) : std::strlen(path);
    // An empty entry means the directory that the command starts in: nobody wants that here.
    const size_t name_size = std::strlen(name) + 1;  // with its end
    if (length > 0 && length + 1 + name_size <= sizeof(candidate)) {
      std::copy_n(path, length, candidate);
      candidate[length] = '/';
      std::copy_n(name, name_size, candidate + length + 1);
      execve(candidate, arguments, environment);
      if (errno != ENOENT && errno != ENOTDIR && reason == ENOENT) reason = errno;
    }
    if (end == nullptr) return reason;
    path = end + 1;
  }
}

}  // namespace

ExecFailure become_command(const CommandOrders& orders) {
  send_message(orders.supervisor, {.kind = Kind::starting});
  reset_signals(orders.ignored_signals);
  if (dup2(orders.standard_error, STDERR_FILENO) < 0) return failed(Stage::process);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed(Stage::process);
  for (size_t i = 0; i < orders.limit_count; ++i) {
    if (!set_limit(orders.limits[i])) return failed(Stage::limit);
  }
  if (orders.landlock) {
    landlock::Wall wall = orders.wall;
    wall.scope_signals = is_on(Protection::landlock_signals);
    wall.scope_abstract = is_on(Protection::landlock_abstract_sockets);
    const landlock::Failure why = landlock::apply(wall);
    if (why) return {static_cast<int32_t>(Stage::landlock), why.error, why.path};
  }
  if (orders.notify_filter.size > 0) {
    const int listener = install_with_listener(orders.notify_filter);
    if (listener < 0) return failed(Stage::notify_filter);
    if (!hand_on(orders, listener)) return failed(Stage::notify_filter);
  }
  const unsigned first = is_on(Protection::descriptors) ? 3U : ~0U;
  if (syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC) != 0) {
    return failed(Stage::process);
  }
  if (!tell(orders, kOnItsOwn)) return failed(Stage::process);
  if (orders.policy_filter.size > 0 && install(orders.policy_filter, 0) != 0) {
    return failed(Stage::policy_filter);
  }
  return {static_cast<int32_t>(Stage::execute), execute(orders.arguments, orders.environment),
          orders.arguments[0]};
}

}  // namespace sbxc::init
