#include "conformance/suite/starting.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#ifdef __linux__
#include <linux/close_range.h>
#include <sys/syscall.h>
#endif

namespace sbxc::conform {

namespace {

// Where descriptors wait before they get their numbers: above all numbers that a start names.
constexpr int kAside = 400;

struct Pipe {
  int in = -1;   // to read from
  int out = -1;  // to write to
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return {};
  for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
  return {ends[0], ends[1]};
}

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

void close_from_to(int first, int last) {
  if (first > last) return;
#ifdef __linux__
  syscall(SYS_close_range, static_cast<unsigned>(first), static_cast<unsigned>(last), 0);
#else
  for (int fd = first; fd <= std::min(last, 1024); ++fd) close(fd);
#endif
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
  for (const auto& [number, from] : aside) dup2(from, number);
  int next = 0;
  for (const auto& [number, from] : aside) {
    close_from_to(next, number - 1);
    next = number + 1;
  }
  close_from_to(next, report - 1);
  close_from_to(report + 1, 1'000'000);
  if (chdir(start.directory.c_str()) == 0) {
    execve(words.argv[0], words.argv.data(), words.envp.data());
  }
  const int error = errno;
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
  const Pipe input = make_pipe();
  const Pipe output = make_pipe();
  const Pipe error = make_pipe();
  const Pipe failure = make_pipe();
  std::map<int, int> descriptors = {{0, input.in}, {1, output.out}, {2, error.out}};
  for (const auto& [number, from] : start.descriptors) descriptors[number] = from;
  if (failure.out < 0) return tl::unexpected(system_fault("there is no pipe to be had", errno));
  const pid_t pid = fork();
  if (pid == 0) {
    words.argv[0] = const_cast<char*>(program.c_str());
    become(start, words, descriptors, failure.out);
  }
  const int fork_error = errno;
  for (const int end : {input.in, output.out, error.out, failure.out}) close(end);
  if (pid < 0) return tl::unexpected(system_fault("no process can be made", fork_error));
  int failed = 0;
  const bool could = read(failure.in, &failed, sizeof failed) != sizeof failed;
  close(failure.in);
  if (!could) {
    for (const int end : {input.out, output.in, error.in}) close(end);
    return tl::unexpected(
        system_fault(fmt::format("`{}` cannot be executed", start.argv.front()), failed));
  }
  for (const int end : {output.in, error.in}) fcntl(end, F_SETFL, O_NONBLOCK);
  return Started{pid, input.out, output.in, error.in};
}

}  // namespace sbxc::conform
