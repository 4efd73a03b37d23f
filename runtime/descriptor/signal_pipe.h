// Signals as bytes on a pipe, for a thread that polls. One at a time in a process; the signals'
// former dispositions come back at the end.
#pragma once

#include <atomic>
#include <cerrno>
#include <csignal>
#include <utility>
#include <vector>

#include "runtime/descriptor/pipe.h"

namespace sbxc {

class SignalPipe {
 public:
  explicit SignalPipe(std::vector<int> signals) : signals_(std::move(signals)), pipe_(open_pipe()) {
    if (!pipe_) return;
    for (const int end : {pipe_.read.get(), pipe_.write.get()}) fcntl(end, F_SETFL, O_NONBLOCK);
    write_end = pipe_.write.get();
    struct sigaction action {};
    action.sa_handler = put;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int signal : signals_) sigaction(signal, &action, &before_.emplace_back());
  }
  ~SignalPipe() {
    for (size_t i = 0; i < before_.size(); ++i) sigaction(signals_[i], &before_[i], nullptr);
    write_end = -1;
  }
  SignalPipe(const SignalPipe&) = delete;
  SignalPipe& operator=(const SignalPipe&) = delete;

  explicit operator bool() const { return static_cast<bool>(pipe_); }
  int descriptor() const { return pipe_.read.get(); }
  // Those that came since the last time, each as often as it did.
  std::vector<int> take() const {
    std::vector<int> taken;
    unsigned char bytes[64];
    for (ssize_t got = 0; (got = read(pipe_.read.get(), bytes, sizeof(bytes))) > 0;) {
      taken.insert(taken.end(), bytes, bytes + got);
    }
    return taken;
  }

 private:
  static inline std::atomic<int> write_end{-1};
  static void put(int signal) {
    const int error = errno;
    const auto byte = static_cast<unsigned char>(signal);
    (void)!write(write_end, &byte, 1);
    errno = error;
  }

  std::vector<int> signals_;
  Pipe pipe_;
  std::vector<struct sigaction> before_{};
};

}  // namespace sbxc
