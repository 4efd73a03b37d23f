#include "runtime/launch/beginning.h"

#include <fcntl.h>
#include <linux/keyctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "runtime/descriptor/pipe.h"
#include "runtime/launch/ended.h"
#include "runtime/launch/init_program.h"
#include "runtime/launch/memory_file.h"
#include "runtime/launch/program_place.h"
#include "runtime/launch/programs.h"
#include "runtime/protections/protections.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

namespace sbxc::launch {
namespace {

using protections::is_on;
using protections::Protection;

constexpr size_t kFilesAhead = 3;  // what says how to look up names, where there is a network

// Signals that are passed on to the command must not end what stands between. Pid 1 gives the
// command the usual ones back.
void ignore_signals() {
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE}) {
    std::signal(signal, SIG_IGN);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// The keys of whoever started this are not the command's. Where a filter of outside forbids the
// call, it forbids the command to use any key, too.
bool leave_the_keyring() {
  return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr) >= 0 || errno == ENOSYS ||
         errno == EPERM;
}

[[noreturn]] void say_and_end(const char* what) {
  (void)!write(STDERR_FILENO, what, std::char_traits<char>::length(what));
  _exit(125);
}

// What is the same with bubblewrap and without: nothing of this process goes in but what is meant
// to.
void prepare_child(const Inherited& inherited, const Stdio& stdio, int complaints,
                   int control_group) {
  ignore_signals();
  if (dup2(stdio.of_command[0].get(), 0) < 0 || dup2(stdio.of_command[1].get(), 1) < 0 ||
      dup2(complaints, 2) < 0) {
    _exit(125);
  }
  if (control_group >= 0 && write(control_group, "0", 1) != 1) {
    say_and_end("the control group of this run could not be entered\n");
  }
  if (is_on(Protection::session_keyring) && !leave_the_keyring()) {
    say_and_end("no session keyring of its own could be joined\n");
  }
  if (is_on(Protection::descriptors) &&
      syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) != 0) {
    say_and_end("descriptors could not be closed: the kernel is older than 5.11\n");
  }
  const int kept[] = {inherited.arguments.get(), inherited.program.get(),  inherited.orders.get(),
                      inherited.messages.get(),  inherited.standard_error, inherited.facts.get(),
                      inherited.gate.get()};
  for (const int number : kept) fcntl(number, F_SETFD, 0);
  for (const Descriptor& file : inherited.files) fcntl(file.get(), F_SETFD, 0);
}

[[noreturn]] void become_bubblewrap(const Program& bubblewrap, const Inherited& inherited) {
  const std::string numbers[] = {
      std::to_string(inherited.gate.get()), std::to_string(inherited.arguments.get()),
      std::to_string(inherited.orders.get()), std::to_string(inherited.messages.get()),
      std::to_string(inherited.standard_error)};
  // It reads the gate to its end, finds no argument there, and goes on to the plan.
  const char* arguments[] = {"bwrap",
                             "--args",
                             numbers[0].c_str(),
                             "--args",
                             numbers[1].c_str(),
                             "--",
                             inherited.program_path.c_str(),
                             numbers[2].c_str(),
                             numbers[3].c_str(),
                             numbers[4].c_str(),
                             nullptr};
  // Nothing of this environment: pid 1's would show it.
  char* none[] = {nullptr};
  char** environment = is_on(Protection::environment) ? none : environ;
  syscall(SYS_execveat, bubblewrap.file.get(), "", arguments, environment, AT_EMPTY_PATH);
  say_and_end("bubblewrap could not be executed\n");
}

[[noreturn]] void become_init(const Launch& order, const Inherited& inherited) {
  if (chdir(order.directory.c_str()) != 0) {
    say_and_end((kCannotStartIn + order.directory + ": " + std::strerror(errno) + "\n").c_str());
  }
  if (!order.keep_terminal) setsid();
  const std::string numbers[] = {std::to_string(inherited.orders.get()),
                                 std::to_string(inherited.messages.get()),
                                 std::to_string(inherited.standard_error)};
  const char* arguments[] = {"sbxc-init", numbers[0].c_str(), numbers[1].c_str(),
                             numbers[2].c_str(), nullptr};
  std::vector<const char*> environment;
  environment.reserve(order.environment.size() + 1);
  for (const std::string& entry : order.environment) environment.push_back(entry.c_str());
  environment.push_back(nullptr);
  syscall(SYS_execveat, inherited.program.get(), "", arguments, environment.data(), AT_EMPTY_PATH);
  say_and_end("the first process could not be executed\n");
}

// What takes a while to write is written later.
Result<bool> make_empty(Inherited& inherited, size_t files) {
  const auto put = [](Descriptor& into, Result<Descriptor> file) -> Result<bool> {
    if (!file) return tl::unexpected(std::move(file.error()));
    into = std::move(*file);
    return true;
  };
  for (auto& made : {put(inherited.program, empty_memory_file("sbxc-init", MemoryUse::program)),
                     put(inherited.arguments, empty_memory_file("sbxc-plan", MemoryUse::data)),
                     put(inherited.orders, empty_memory_file("sbxc-orders", MemoryUse::data))}) {
    if (!made) return made;
  }
  for (size_t i = 0; i < files; ++i) {
    auto file = empty_memory_file("sbxc-file", MemoryUse::data);
    if (!file) return tl::unexpected(std::move(file.error()));
    inherited.files.push_back(std::move(*file));
  }
  return true;
}

// One end for bubblewrap, one for this process.
Result<bool> connect(Beginning& begun) {
  Pipe gate = open_pipe();
  Pipe facts = open_pipe();
  int sockets[2];
  if (!gate || !facts) return tl::unexpected(system_failure("no pipe", errno));
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
    return tl::unexpected(system_failure("no socket pair", errno));
  }
  begun.messages.reset(sockets[0]);
  begun.inherited.messages.reset(sockets[1]);
  const int on = 1;
  setsockopt(sockets[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
  begun.inherited.gate = std::move(gate.read);
  begun.gate = std::move(gate.write);
  begun.inherited.facts = std::move(facts.write);
  begun.inherited.facts_number = begun.inherited.facts.get();
  begun.facts = std::move(facts.read);
  return true;
}

std::string place_of_program(const Launch* order, const Inherited& inherited) {
  std::vector<std::string> arguments = {"--proc", "/proc"};
  if (order != nullptr) arguments = order->arguments;
  return place_program(arguments, inherited.program.get());
}

}  // namespace

Result<Beginning> begin(const Launch* order) {
  const bool alone = order != nullptr && order->alone;
  // First: the numbers of standard streams that are closed are nobody else's.
  auto stdio = stdio_for_command();
  if (!stdio) return tl::unexpected(std::move(stdio.error()));
  Result<Program> bubblewrap = alone ? Program() : find_bubblewrap();
  if (!bubblewrap) return tl::unexpected(std::move(bubblewrap.error()));
  Beginning begun;
  begun.stdio = std::move(*stdio);
  Inherited& inherited = begun.inherited;
  if (auto made = make_empty(inherited, order != nullptr ? order->files.size() : kFilesAhead);
      !made) {
    return tl::unexpected(std::move(made.error()));
  }
  if (auto made = connect(begun); !made) return tl::unexpected(std::move(made.error()));
  inherited.program_path = place_of_program(order, inherited);
  inherited.standard_error = begun.stdio.of_command[2].get();
  Pipe complaints = open_pipe();
  if (!complaints) return tl::unexpected(system_failure("no pipe", errno));
  begun.complaints = std::move(complaints.read);

  const auto become = [&] {
    prepare_child(inherited, begun.stdio, complaints.write.get(),
                  order != nullptr ? order->control_group : -1);
    if (!alone) become_bubblewrap(*bubblewrap, inherited);
    become_init(*order, inherited);  // which waits for its orders itself
  };
  const auto program = [&] { return fill(inherited.program, init_program()); };
  // Bubblewrap waits until the keeper has written it; this one would not.
  if (alone) {
    if (auto filled = program(); !filled) return tl::unexpected(std::move(filled.error()));
  }
  const auto beside = [&] { return alone || program().has_value(); };
  const auto when_killed = order != nullptr ? order->when_killed : std::function<void()>();
  auto keeper = Keeper::start({beside, become, when_killed}, begun.gate.get());
  if (!keeper) return tl::unexpected(std::move(keeper.error()));
  begun.keeper = std::move(*keeper);
  for (Descriptor& end : begun.stdio.of_command) end.reset();
  for (Descriptor* end : {&inherited.gate, &inherited.messages, &inherited.facts}) end->reset();
  return begun;
}

bool suits(const Beginning& begun, const Launch& order) {
  return !order.alone && order.control_group < 0 && !order.when_killed &&
         order.files.size() <= begun.inherited.files.size() &&
         place_of_program(&order, begun.inherited) == begun.inherited.program_path;
}

}  // namespace sbxc::launch
