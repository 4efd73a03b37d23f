// The first process inside the sandbox, pid 1 of its process table. It reads its orders, checks
// that what is mounted is what the plan was made for, starts the command behind its walls, reaps
// what the command leaves, and ends with it: with pid 1 gone the kernel ends every other process.
//
// It cannot be read or written by the command (it is not dumpable), holds no capability, and its
// environment is the command's own. Statically linked: nothing in the sandbox need be there for it.
//
//   sbxc-init ORDERS SUPERVISOR STDERR    (numbers of descriptors)
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <initializer_list>

#include "runtime/init/channel.h"
#include "runtime/init/command_process.h"
#include "runtime/init/orders_reader.h"
#include "runtime/protections/protections.h"

extern char** environ;

namespace sbxc::init {
namespace {

using protections::is_on;
using protections::Protection;

// The supervisor turns what was sent into a message; this status is seen by nobody else.
[[noreturn]] void give_up(int supervisor, Stage stage, int error, const char* text = "") {
  send_failure(supervisor, stage, error, text);
  _exit(125);
}

bool is_what_it_was(const IdentityOrder& order, const char* path) {
  struct stat found {};
  if (lstat(path, &found) != 0) return false;
  return found.st_dev == order.device && found.st_ino == order.inode;
}

struct Orders {
  Header header{};
  CommandOrders command;
};

Orders read_orders(int descriptor, int supervisor) {
  struct stat facts {};
  if (fstat(descriptor, &facts) != 0) give_up(supervisor, Stage::orders, errno);
  const auto size = static_cast<size_t>(facts.st_size);
  void* mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (mapped == MAP_FAILED) give_up(supervisor, Stage::orders, errno);
  OrdersReader reader(static_cast<const char*>(mapped), size);
  Orders orders;
  Header& header = orders.header;
  header = reader.take<Header>();
  if (header.magic != kMagic || header.size != size || header.arguments == 0) {
    give_up(supervisor, Stage::orders, EINVAL);
  }
  auto* limits = static_cast<Limit*>(std::calloc(header.limits + 1U, sizeof(Limit)));
  if (limits == nullptr) give_up(supervisor, Stage::orders, ENOMEM);
  for (uint32_t i = 0; i < header.limits && reader.ok(); ++i) {
    const auto limit = reader.take<LimitOrder>();
    limits[i] = {limit.resource, limit.value};
  }
  for (uint32_t i = 0; i < header.identities && reader.ok(); ++i) {
    const auto identity = reader.take<IdentityOrder>();
    const char* path = reader.take_text();
    if (path != nullptr && !is_what_it_was(identity, path)) {
      give_up(supervisor, Stage::identity, ESTALE, path);
    }
  }
  auto* grants =
      static_cast<landlock::Grant*>(std::calloc(header.grants + 1U, sizeof(landlock::Grant)));
  auto** arguments = static_cast<char**>(std::calloc(header.arguments + 1U, sizeof(char*)));
  if (grants == nullptr || arguments == nullptr) give_up(supervisor, Stage::orders, ENOMEM);
  for (uint32_t i = 0; i < header.grants && reader.ok(); ++i) {
    const auto grant = reader.take<GrantOrder>();
    grants[i] = {reader.take_text(), grant.rights, grant.optional != 0};
  }
  for (uint32_t i = 0; i < header.arguments && reader.ok(); ++i) {
    arguments[i] = const_cast<char*>(reader.take_text());
  }
  CommandOrders& command = orders.command;
  command.policy_filter = {reader.take_bytes(header.policy_filter), header.policy_filter};
  command.notify_filter = {reader.take_bytes(header.notify_filter), header.notify_filter};
  if (!reader.ok() || reader.left() != 0) give_up(supervisor, Stage::orders, EINVAL);
  command.limits = limits;
  command.limit_count = header.limits;
  command.ignored_signals = header.ignored_signals;
  command.landlock = header.landlock != 0;
  command.wall.handled = header.landlock_rights;
  command.wall.grants = {grants, header.grants};
  command.arguments = arguments;
  return orders;
}

// The orders are written while bubblewrap mounts. The network is made from outside, and has to
// stand before the command can try it.
void wait_for_leave(int supervisor) {
  char leave = 0;
  ssize_t got = -1;
  while ((got = recv(supervisor, &leave, 1, 0)) < 0 && errno == EINTR) {
  }
  if (got != 1) _exit(125);  // whoever would give it is gone
}

struct Pipe {
  int read = -1;
  int write = -1;
};

Pipe make_pipe(int supervisor) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) give_up(supervisor, Stage::process, errno);
  return {ends[0], ends[1]};
}

struct Pipes {
  Pipe numbers;
  Pipe taken;
  Pipe failure;
};

[[noreturn]] void report(int supervisor, const Pipe& failure) {
  ExecFailure why{static_cast<int32_t>(Stage::process), ECHILD, nullptr};
  (void)!read(failure.read, &why, sizeof(why));
  give_up(supervisor, static_cast<Stage>(why.stage), why.error,
          why.path != nullptr ? why.path : "");
}

// The command's process shares this one's descriptors at first: its listener is handed on from
// here, where no filter stands in the way of sending it. Nothing may be closed until they are
// shared no longer.
void until_on_its_own(pid_t command, int supervisor, int signals, const Pipes& pipes) {
  while (true) {
    pollfd watched[] = {
        {pipes.numbers.read, POLLIN, 0}, {pipes.failure.read, POLLIN, 0}, {signals, POLLIN, 0}};
    if (poll(watched, 3, -1) < 0) continue;
    if ((watched[1].revents & POLLIN) != 0) report(supervisor, pipes.failure);
    if ((watched[0].revents & POLLIN) != 0) {
      int number = kOnItsOwn;
      if (read(pipes.numbers.read, &number, sizeof(number)) != sizeof(number)) continue;
      if (number == kOnItsOwn) return;
      send_message(supervisor, {.kind = Kind::listener}, number);
      close(number);
      const char byte = 1;
      if (write(pipes.taken.write, &byte, 1) != 1) {
        give_up(supervisor, Stage::notify_filter, errno);
      }
    }
    if ((watched[2].revents & POLLIN) != 0 && waitpid(command, nullptr, WNOHANG) == command) {
      give_up(supervisor, Stage::process, ECHILD);
    }
  }
}

// Ends when the command has: with every process there is, for the kernel ends a process table with
// its first process.
[[noreturn]] void mind(pid_t command, int supervisor, int signals) {
  const bool ends = is_on(Protection::first_process);
  while (true) {
    pollfd watched[] = {{signals, POLLIN, 0}, {ends ? supervisor : -1, POLLIN, 0}};
    if (poll(watched, 2, -1) < 0 && errno != EINTR) _exit(125);
    // Nothing is ever sent to this end: readable means that the other end is gone.
    if ((watched[1].revents & (POLLHUP | POLLIN | POLLERR)) != 0) _exit(125);
    signalfd_siginfo drained;
    while (read(signals, &drained, sizeof(drained)) == sizeof(drained)) {
    }
    int status = 0;
    for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
      if (pid != command) continue;
      send_message(supervisor, {.kind = Kind::ended, .value = status});
      _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
  }
}

[[noreturn]] void run(int orders_in, int supervisor, int standard_error) {
  if (is_on(Protection::closed_first_process)) prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  fcntl(supervisor, F_SETFD, FD_CLOEXEC);
  fcntl(standard_error, F_SETFD, FD_CLOEXEC);
  fcntl(orders_in, F_SETFD, FD_CLOEXEC);
  wait_for_leave(supervisor);
  Orders orders = read_orders(orders_in, supervisor);
  close(orders_in);
  const Pipes pipes{make_pipe(supervisor), make_pipe(supervisor), make_pipe(supervisor)};
  CommandOrders& command = orders.command;
  command.supervisor = supervisor;
  command.standard_error = standard_error;
  command.numbers_out = pipes.numbers.write;
  command.listener_taken = pipes.taken.read;
  command.failure_out = pipes.failure.write;
  command.environment = environ;

  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_BLOCK, &children, nullptr);
  const int signals = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0) give_up(supervisor, Stage::process, errno);

  const long pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  if (pid < 0) give_up(supervisor, Stage::process, errno);
  if (pid == 0) {
    const ExecFailure why = become_command(command);
    (void)!write(command.failure_out, &why, sizeof(why));
    syscall(SYS_exit_group, 127);
    __builtin_trap();  // the policy's filter may refuse to let it end, but not to let it fail
  }
  until_on_its_own(static_cast<pid_t>(pid), supervisor, signals, pipes);
  close(pipes.failure.write);
  pollfd executed{pipes.failure.read, POLLIN, 0};
  while (poll(&executed, 1, -1) < 0) {
  }
  if ((executed.revents & POLLIN) != 0) report(supervisor, pipes.failure);
  for (const Pipe& pipe : {pipes.numbers, pipes.taken}) {
    close(pipe.read);
    close(pipe.write);
  }
  close(pipes.failure.read);
  // Its own copies of these would keep a reader of the command's output waiting for more.
  for (const int standard : {0, 1, 2, standard_error}) close(standard);
  send_message(supervisor, {.kind = Kind::executing});
  mind(static_cast<pid_t>(pid), supervisor, signals);
}

}  // namespace
}  // namespace sbxc::init

int main(int argc, char** argv) {
  if (argc != 4) return 125;
  sbxc::init::run(std::atoi(argv[1]), std::atoi(argv[2]), std::atoi(argv[3]));
}
