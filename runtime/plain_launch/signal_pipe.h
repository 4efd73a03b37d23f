// Signals as bytes on a pipe, while it lives: those that ask to end, those of users, of children,
// and of a terminal's new size. There is one at a time.
#pragma once

#include <csignal>
#include <vector>

#include "runtime/descriptor/pipe.h"

namespace sbxc::plain {

class SignalPipe {
 public:
  SignalPipe();
  ~SignalPipe();
  SignalPipe(const SignalPipe&) = delete;
  SignalPipe& operator=(const SignalPipe&) = delete;

  explicit operator bool() const { return static_cast<bool>(pipe_); }
  int descriptor() const { return pipe_.read.get(); }
  // Those that have come, each as often as it did.
  std::vector<int> take();

 private:
  Pipe pipe_;
  std::vector<struct sigaction> before_;
};

}  // namespace sbxc::plain
