// Waits while the command runs: for its end, signals, the clock, the bytes that are copied, keys
// and output of its terminal, and what the watcher prints.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <vector>

#include "runtime/descriptor/signal_pipe.h"
#include "runtime/launch/pumping.h"
#include "runtime/plain_launch/command_child.h"
#include "runtime/plain_launch/ending.h"
#include "runtime/plain_launch/watcher.h"

namespace sbxc::plain {

struct Beside {
  SignalPipe& signals;
  Watcher& watcher;
  OwnTerminal& terminal;
  Ending& ending;
};

class Supervising {
 public:
  // `failure`: the pipe on which the command's process tells that there will be no command.
  Supervising(const Order& order, Beside beside, pid_t command, Descriptor failure,
              std::vector<launch::Pump> pumps);

  Result<int> wait();

 private:
  using Clock = std::chrono::steady_clock;

  struct Ready;
  Ready wait_for_something();
  void work(const Ready& ready);
  void take_signals();
  void take_failure();
  bool take_reports();
  void give_up_recording();
  void pass_on(int signal);
  void end_in_time();
  void reap();
  void end_everything();
  // What is still in pipes and the terminal, now that nobody writes any more.
  void copy_the_last();
  void show_the_last(int milliseconds);
  Result<int> verdict() const;

  const Order& order_;
  Beside beside_;
  pid_t command_;
  Descriptor failure_;
  std::vector<launch::Pumping> pumps_;
  std::optional<Refusal> refusal_;
  std::optional<int> status_;
  Clock::time_point deadline_ = Clock::time_point::max();
  bool reports_open_ = false;
  bool asked_to_end_ = false;
  bool timed_out_ = false;
  bool not_recorded_ = false;
  bool some_are_left_ = false;
};

}  // namespace sbxc::plain
