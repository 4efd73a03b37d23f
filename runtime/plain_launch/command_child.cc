#include "runtime/plain_launch/command_child.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace sbxc::plain {
namespace {

// What else was ignored or blocked outside is the launcher's choice and not the command's.
void reset_signals(SignalBits ignored) {
  for (int signal = 1; signal < NSIG; ++signal) {
    std::signal(signal, has_signal(ignored, signal) ? SIG_IGN : SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Every descriptor but the first three is closed by the exec. The list is the system's own, for a
// limit on descriptors says nothing of those that were opened before it was lowered.
bool close_the_rest() {
  DIR* list = opendir("/dev/fd");
  if (list == nullptr) return false;
  while (const dirent* entry = readdir(list)) {
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
    const int number = std::atoi(entry->d_name);
    if (number > 2) fcntl(number, F_SETFD, FD_CLOEXEC);
  }
  closedir(list);
  return true;
}

bool set_limit(const ResourceLimit& limit) {
  rlimit now{};
  if (getrlimit(limit.resource, &now) != 0) return false;
  // A limit of outside that is lower stays.
  if (now.rlim_max != RLIM_INFINITY && now.rlim_max < limit.value) return true;
  const rlimit wanted{limit.value, limit.value};
  return setrlimit(limit.resource, &wanted) == 0;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

// As execvp, with the PATH of the command's own environment and the reason of the first program
// that was found and could not be executed. An empty entry of PATH is nobody's wish.
int execute(const Order& order) {
  const std::string& name = order.command[0];
  if (name.empty()) return ENOENT;
  const std::vector<char*> arguments = pointers(order.command);
  const std::vector<char*> environment = pointers(order.environment);
  const auto run = [&](const std::string& path) {
    execve(path.c_str(), arguments.data(), environment.data());
  };
  if (name.find('/') != std::string::npos) {
    run(name);
    return errno;
  }
  std::string path = "/usr/bin:/bin";
  for (const std::string& variable : order.environment) {
    if (variable.starts_with("PATH=")) path = variable.substr(5);
  }
  int reason = ENOENT;
  for (size_t at = 0; at <= path.size();) {
    const size_t end = std::min(path.find(':', at), path.size());
    if (end > at) {
      run(path.substr(at, end - at) + "/" + name);
      if (errno != ENOENT && errno != ENOTDIR && reason == ENOENT) reason = errno;
    }
    at = end + 1;
  }
  return reason;
}

bool put_in_place(const launch::Stdio& stdio, const OwnTerminal& terminal) {
  for (int number = 0; number < 3; ++number) {
    const int source = terminal && terminal.stands_for(number)
                           ? terminal.command_end()
                           : stdio.of_command[static_cast<size_t>(number)].get();
    if (dup2(source, number) < 0) return false;
  }
  return true;
}

Refusal prepare(const Order& order, const launch::Stdio& stdio, const OwnTerminal& terminal) {
  if (setsid() < 0) return {Stage::process, errno};
  if (terminal && !terminal.take_control()) return {Stage::process, errno};
  reset_signals(order.ignored_signals);
  if (!put_in_place(stdio, terminal) || !close_the_rest()) return {Stage::process, errno};
  if (chdir(order.directory.c_str()) != 0) return {Stage::directory, errno};
  for (const ResourceLimit& limit : order.limits) {
    if (!set_limit(limit)) return {Stage::limit, errno};
  }
  std::string why;
  if (!order.confine(why)) {
    Refusal refusal{Stage::confine, 0};
    why.copy(refusal.text, sizeof(refusal.text) - 1);
    return refusal;
  }
  return {Stage::execute, execute(order)};
}

std::string quoted(const std::string& text) { return "`" + text + "`"; }

Failure not_executed(int error, const std::string& program) {
  if (error == ENOENT || error == ENOTDIR) {
    return {.status = launch::kNotFound,
            .message = quoted(program) + " is not found in the sandbox",
            .help =
                "the policy must allow reading and executing it, and what it needs to start: "
                "`sbxc explain exec PATH policy.sbx`"};
  }
  Failure failure = launch::system_failure(quoted(program) + " cannot be executed", error);
  failure.status = launch::kCannotExecute;
  if (error == EACCES || error == EPERM) {
    failure.help = "`sbxc explain exec PATH policy.sbx` tells whether the policy allows it";
  }
  return failure;
}

}  // namespace

void become_command(const Order& order, const launch::Stdio& stdio, const OwnTerminal& terminal,
                    int failure) {
  const Refusal refusal = prepare(order, stdio, terminal);
  (void)!write(failure, &refusal, sizeof(refusal));
  _exit(127);
}

Failure not_started(const Refusal& refusal, const Order& order) {
  switch (refusal.stage) {
    case Stage::process:
      return launch::system_failure("the command's process could not be made", refusal.error);
    case Stage::limit: {
      Failure failure = launch::system_failure("a `limit` could not be set", refusal.error);
      failure.status = launch::kCannotEnforce;
      return failure;
    }
    case Stage::directory:
      return launch::system_failure(quoted(order.directory) + " cannot be entered", refusal.error);
    case Stage::confine: {
      Failure failure{.status = launch::kCannotEnforce,
                      .message = "the system did not take the sandbox's profile",
                      .help = "`sbxc doctor` tells what this machine can do"};
      if (refusal.text[0] != '\0') failure.notes.push_back(std::string("it says: ") + refusal.text);
      return failure;
    }
    case Stage::execute:
      return not_executed(refusal.error, order.command[0]);
  }
  return {.message = "the command was not started for a reason that is not known"};
}

}  // namespace sbxc::plain
