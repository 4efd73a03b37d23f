// Signals as bytes on a pipe, for a thread that polls. One at a time in a process; the signals'
// former dispositions come back at the end.
#pragma once

#include <csignal>
#include <vector>

#include "runtime/descriptor/descriptor.h"

namespace sbxc::driver {

class SignalPipe {
 public:
  explicit SignalPipe(std::vector<int> signals);
  ~SignalPipe();
  SignalPipe(const SignalPipe&) = delete;
  SignalPipe& operator=(const SignalPipe&) = delete;

  int descriptor() const { return out_.get(); }
  // Those that came since the last time.
  std::vector<int> take() const;

 private:
  std::vector<int> signals_;
  std::vector<struct sigaction> before_;
  Descriptor out_;
  Descriptor in_;
};

}  // namespace sbxc::driver
