// For tests: launch() in a process of its own, with descriptors of the test's choice.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "runtime/descriptor/pipe.h"
#include "runtime/plain_launch/marked_processes_for_test.h"
#include "runtime/plain_launch/plain_launch.h"

namespace sbxc::plain {

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

}  // namespace sbxc::plain
