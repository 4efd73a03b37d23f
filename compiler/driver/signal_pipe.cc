#include "compiler/driver/signal_pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace sbxc::driver {
namespace {

volatile sig_atomic_t write_end = -1;

void tell(int signal) {
  const int error = errno;
  const auto byte = static_cast<unsigned char>(signal);
  (void)!write(write_end, &byte, 1);
  errno = error;
}

}  // namespace

SignalPipe::SignalPipe(std::vector<int> signals) : signals_(std::move(signals)) {
  int ends[2];
  if (pipe(ends) != 0) return;
  out_.reset(ends[0]);
  in_.reset(ends[1]);
  for (const int end : ends) {
    fcntl(end, F_SETFD, FD_CLOEXEC);
    fcntl(end, F_SETFL, O_NONBLOCK);
  }
  write_end = in_.get();
  for (const int signal : signals_) {
    struct sigaction action {};
    struct sigaction before {};
    action.sa_handler = tell;
    action.sa_flags = SA_RESTART;
    sigaction(signal, &action, &before);
    before_.push_back(before);
  }
}

SignalPipe::~SignalPipe() {
  for (size_t i = 0; i < before_.size(); ++i) sigaction(signals_[i], &before_[i], nullptr);
  write_end = -1;
}

std::vector<int> SignalPipe::take() const {
  std::vector<int> taken;
  unsigned char bytes[64];
  for (ssize_t got = 0; (got = read(out_.get(), bytes, sizeof(bytes))) > 0;) {
    taken.insert(taken.end(), bytes, bytes + got);
  }
  return taken;
}

}  // namespace sbxc::driver
