#include "runtime/launch/start.h"

#include <fcntl.h>
#include <linux/keyctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <csignal>

#include "runtime/launch/init_program.h"
#include "runtime/launch/memory_file.h"
#include "runtime/launch/orders_writer.h"
#include "runtime/launch/program_place.h"
#include "runtime/launch/programs.h"
#include "runtime/launch/shared_directory.h"
#include "runtime/protections/protections.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

namespace sbxc::launch {
namespace {

using protections::is_on;
using protections::Protection;

struct Inherited {  // everything that bubblewrap is to have beyond 0, 1 and 2
  Descriptor arguments;
  Descriptor program;
  Descriptor orders;
  Descriptor messages;
  Descriptor facts{};
  std::vector<Descriptor> files{};
  int standard_error = -1;
  std::string program_path{};  // inside
};

std::string bytes_of(const std::vector<std::string>& arguments) {
  std::string bytes;
  for (const std::string& argument : arguments) {
    bytes += argument;
    bytes += '\0';
  }
  return bytes;
}

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
                      inherited.messages.get(),  inherited.standard_error, inherited.facts.get()};
  for (const int number : kept) fcntl(number, F_SETFD, 0);
  for (const Descriptor& file : inherited.files) fcntl(file.get(), F_SETFD, 0);
}

[[noreturn]] void become_bubblewrap(const Program& bubblewrap, const Inherited& inherited) {
  const std::string numbers[] = {
      std::to_string(inherited.arguments.get()), std::to_string(inherited.orders.get()),
      std::to_string(inherited.messages.get()), std::to_string(inherited.standard_error)};
  const char* arguments[] = {"bwrap",
                             "--args",
                             numbers[0].c_str(),
                             "--",
                             inherited.program_path.c_str(),
                             numbers[1].c_str(),
                             numbers[2].c_str(),
                             numbers[3].c_str(),
                             nullptr};
  // Nothing of this environment: pid 1's would show it.
  char* none[] = {nullptr};
  char** environment = is_on(Protection::environment) ? none : environ;
  syscall(SYS_execveat, bubblewrap.file.get(), "", arguments, environment, AT_EMPTY_PATH);
  say_and_end("bubblewrap could not be executed\n");
}

[[noreturn]] void become_init(const Launch& order, const Inherited& inherited) {
  if (chdir(order.directory.c_str()) != 0) say_and_end("the start directory cannot be entered\n");
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

// What takes a while to write is written when its numbers are known, beside what the keeper does.
Result<bool> make_empty(Inherited& inherited) {
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
  return true;
}

Result<bool> fill_in(const Inherited& inherited, const Launch& order,
                     const std::vector<std::string>& arguments) {
  auto orders = orders_bytes(order);
  if (!orders) return tl::unexpected(std::move(orders.error()));
  for (auto& filled :
       {fill(inherited.orders, *orders), fill(inherited.arguments, bytes_of(arguments))}) {
    if (!filled) return filled;
  }
  return true;
}

}  // namespace

Result<Started> start(const Launch& order, Stdio& stdio) {
  Result<Program> bubblewrap = order.alone ? Program() : find_bubblewrap();
  if (!bubblewrap) return tl::unexpected(std::move(bubblewrap.error()));
  // Held before they are looked at: a run that ends now leaves them, and one that has ended since
  // the plan was made had them removed. The keeper holds them, too, before this returns.
  std::vector<SharedDirectory> held;
  for (const std::string& path : order.shared) share(path, held);
  Inherited inherited;
  if (auto made = make_empty(inherited); !made) return tl::unexpected(std::move(made.error()));
  std::vector<std::string> arguments = order.arguments;
  for (const OwnFile& file : order.files) {
    auto text = memory_file("sbxc-file", file.text, MemoryUse::data);
    if (!text) return tl::unexpected(std::move(text.error()));
    place_file(arguments, text->get(), file.path);
    inherited.files.push_back(std::move(*text));
  }
  Descriptor facts_out;
  if (order.network.serve) {
    int facts[2];
    if (pipe2(facts, O_CLOEXEC) != 0) return tl::unexpected(system_failure("no pipe", errno));
    facts_out.reset(facts[0]);
    inherited.facts.reset(facts[1]);
    arguments.insert(arguments.begin(), {"--info-fd", std::to_string(facts[1])});
  }
  inherited.program_path = place_program(arguments, inherited.program.get());
  if (is_on(Protection::process_table)) arguments.insert(arguments.begin(), "--as-pid-1");
  int sockets[2];
  int complaints[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
    return tl::unexpected(system_failure("no socket pair", errno));
  }
  Descriptor messages(sockets[0]);
  inherited.messages.reset(sockets[1]);
  const int on = 1;
  setsockopt(sockets[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
  if (pipe2(complaints, O_CLOEXEC) != 0) return tl::unexpected(system_failure("no pipe", errno));
  Descriptor complaints_out(complaints[0]);
  Descriptor complaints_in(complaints[1]);
  inherited.standard_error = stdio.of_command[2].get();

  const auto become = [&] {
    prepare_child(inherited, stdio, complaints_in.get(), order.control_group);
    if (order.alone) become_init(order, inherited);
    become_bubblewrap(*bubblewrap, inherited);
  };
  const auto prepare = [&] { return fill_in(inherited, order, arguments); };
  const auto program = [&] { return fill(inherited.program, init_program()).has_value(); };
  auto keeper = Keeper::start(order, {prepare, program, become});
  if (!keeper) return tl::unexpected(std::move(keeper.error()));
  for (Descriptor& end : stdio.of_command) end.reset();
  return Started{std::move(*keeper), std::move(messages), std::move(complaints_out),
                 std::move(facts_out)};
}

}  // namespace sbxc::launch
