#include "conformance/suite/starting.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "runtime/descriptor/closing.h"
#include "runtime/descriptor/pipe.h"

namespace sbxc::conform {

namespace {

// Where descriptors wait before they get their numbers: above all numbers that a start names.
constexpr int kAside = 400;

struct Prepared {
  std::vector<char*> argv;
  std::vector<std::string> environment;
  std::vector<char*> envp;
};

Prepared prepared(const Start& start) {
  Prepared words;
  for (const std::string& word : start.argv) words.argv.push_back(const_cast<char*>(word.c_str()));
  words.argv.push_back(nullptr);
  for (const auto& [name, value] : start.environment) {
    words.environment.push_back(name + "=" + value);
  }
  for (std::string& each : words.environment) words.envp.push_back(each.data());
  words.envp.push_back(nullptr);
  return words;
}

// In the child. `failure` gets errno when the program cannot be executed.
[[noreturn]] void become(const Start& start, const Prepared& words,
                         const std::map<int, int>& descriptors, int failure) {
  if (start.new_session || start.terminal) setsid();
  if (start.terminal) ioctl(*start.terminal, TIOCSCTTY, 0);
  for (int signal = 1; signal < NSIG; ++signal) std::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  std::map<int, int> aside;
  for (const auto& [number, from] : descriptors) aside[number] = fcntl(from, F_DUPFD, kAside);
  const int report = fcntl(failure, F_DUPFD_CLOEXEC, kAside);
  // One that is missing would be whatever has its number here.
  int error = 0;
  for (const auto& [number, from] : aside) {
    if (dup2(from, number) < 0) error = errno;
  }
  std::vector<int> kept = {report};
  for (const auto& [number, from] : aside) kept.push_back(number);
  close_all_but(kept);
  if (error == 0 && chdir(start.directory.c_str()) == 0) {
    execve(words.argv[0], words.argv.data(), words.envp.data());
  }
  if (error == 0) error = errno;
  (void)!write(report, &error, sizeof error);
  _exit(127);
}

// As a shell would, in the environment's PATH.
std::string program_of(const Start& start) {
  const std::string& name = start.argv.front();
  if (name.find('/') != std::string::npos) return name;
  const auto path = start.environment.find("PATH");
  const std::string list = path == start.environment.end() ? "/usr/bin:/bin" : path->second;
  for (size_t at = 0; at <= list.size();) {
    const size_t end = std::min(list.find(':', at), list.size());
    const std::string file = list.substr(at, end - at) + "/" + name;
    if (end > at && access(file.c_str(), X_OK) == 0) return file;
    at = end + 1;
  }
  return name;
}

}  // namespace

Result<Started> start_command(const Start& start) {
  Start found = start;
  found.argv.front() = program_of(start);
  Prepared words = prepared(start);
  const std::string program = found.argv.front();
  Pipe input = open_pipe();
  Pipe output = open_pipe();
  Pipe error = open_pipe();
  Pipe failure = open_pipe();
  if (!input || !output || !error || !failure) {
    return tl::unexpected(system_fault("there is no pipe to be had", errno));
  }
  std::map<int, int> descriptors = {
      {0, input.read.get()}, {1, output.write.get()}, {2, error.write.get()}};
  for (const auto& [number, from] : start.descriptors) descriptors[number] = from;
  const pid_t pid = fork();
  if (pid == 0) {
    words.argv[0] = const_cast<char*>(program.c_str());
    become(start, words, descriptors, failure.write.get());
  }
  const int fork_error = errno;
  for (Descriptor* end : {&input.read, &output.write, &error.write, &failure.write}) end->reset();
  if (pid < 0) return tl::unexpected(system_fault("no process can be made", fork_error));
  int failed = 0;
  if (read(failure.read.get(), &failed, sizeof failed) == sizeof failed) {
    return tl::unexpected(
        system_fault(fmt::format("`{}` cannot be executed", start.argv.front()), failed));
  }
  for (const Descriptor* end : {&output.read, &error.read}) fcntl(end->get(), F_SETFL, O_NONBLOCK);
  return Started{pid, input.write.release(), output.read.release(), error.read.release()};
}

}  // namespace sbxc::conform
