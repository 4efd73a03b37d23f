// For tests: launch() in a process of its own, with descriptors of the test's choice. Processes of
// the run are found by a variable in their environment, where the system shows it: in place of what
// confines them on macOS.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "runtime/descriptor/pipe.h"
#include "runtime/plain_launch/plain_launch.h"

namespace sbxc::plain {

inline std::string mark_of_this_test() {
  return "SBXC_TEST_RUN=" + std::to_string(getpid()) + "-" +
         ::testing::UnitTest::GetInstance()->current_test_info()->name();
}

#if defined(__APPLE__)
inline std::vector<pid_t> marked_processes(const std::string& mark) {
  std::vector<pid_t> found;
  FILE* list = popen("/bin/ps -axEww -o pid=,command=", "r");
  char* line = nullptr;
  size_t room = 0;
  while (list != nullptr && getline(&line, &room, list) > 0) {
    if (std::strstr(line, mark.c_str()) != nullptr) found.push_back(std::atoi(line));
  }
  std::free(line);
  if (list != nullptr) pclose(list);
  return found;
}
#else
inline std::vector<pid_t> marked_processes(const std::string& mark) {
  std::vector<pid_t> found;
  DIR* processes = opendir("/proc");
  if (processes == nullptr) return found;
  while (const dirent* entry = readdir(processes)) {
    const pid_t pid = std::atoi(entry->d_name);
    if (pid <= 0) continue;
    std::ifstream file("/proc/" + std::string(entry->d_name) + "/environ");
    const std::string variables((std::istreambuf_iterator<char>(file)), {});
    if (variables.find(mark) != std::string::npos) found.push_back(pid);
  }
  closedir(processes);
  return found;
}
#endif

inline Order order_for(std::vector<std::string> command) {
  const std::string mark = mark_of_this_test();
  Order order;
  order.command = std::move(command);
  order.environment = {mark, "PATH=/usr/bin:/bin"};
  order.directory = "/";
  order.confine = [](std::string&) { return true; };
  order.processes = [mark] { return marked_processes(mark); };
  return order;
}
inline Order shell(const std::string& script) { return order_for({"/bin/sh", "-c", script}); }

struct Outcome {
  int status = -1;
  std::string out;
  std::string err;
};

// In the process that is to launch: what goes wrong is told as the program tells it.
[[noreturn]] inline void launch_and_exit(const Order& order) {
  const auto status = launch(order);
  if (status) _exit(*status);
  std::string text = status.error().message + "\n";
  for (const std::string& note : status.error().notes) text += note + "\n";
  (void)!write(2, text.data(), text.size());
  _exit(status.error().status);
}

inline std::string rest_of(int descriptor) {
  std::string text;
  char bytes[4096];
  for (ssize_t got = 0; (got = read(descriptor, bytes, sizeof(bytes))) > 0;) {
    text.append(bytes, static_cast<size_t>(got));
  }
  return text;
}

class Launched {
 public:
  explicit Launched(const Order& order, int input = -1) : out_(open_pipe()), err_(open_pipe()) {
    process_ = fork();
    if (process_ != 0) {
      out_.write.reset();
      err_.write.reset();
      return;
    }
    setpgid(0, 0);
    const int nothing = open("/dev/null", O_RDONLY);
    dup2(input >= 0 ? input : nothing, 0);
    dup2(out_.write.get(), 1);
    dup2(err_.write.get(), 2);
    launch_and_exit(order);
  }
  ~Launched() {
    if (process_ > 0) kill(process_, SIGKILL);
    if (process_ > 0) waitpid(process_, nullptr, 0);
  }
  Launched(const Launched&) = delete;
  Launched& operator=(const Launched&) = delete;

  pid_t process() const { return process_; }
  // What comes until the line is whole.
  std::string line() {
    std::string text;
    for (char c = 0; read(out_.read.get(), &c, 1) == 1 && c != '\n';) text += c;
    return text;
  }
  Outcome wait() {
    Outcome outcome{-1, rest_of(out_.read.get()), rest_of(err_.read.get())};
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = -1;
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return outcome;
  }

 private:
  Pipe out_;
  Pipe err_;
  pid_t process_ = -1;
};

inline Outcome outcome_of(const Order& order, int input = -1) {
  return Launched(order, input).wait();
}

inline bool none_is_left(const std::string& mark) {
  for (int tries = 0; tries < 1000; ++tries) {
    if (marked_processes(mark).empty()) return true;
    usleep(5000);
  }
  return false;
}

}  // namespace sbxc::plain
