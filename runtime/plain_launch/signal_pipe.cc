#include "runtime/plain_launch/signal_pipe.h"

#include <atomic>
#include <cerrno>

namespace sbxc::plain {
namespace {

constexpr int kSignals[] = {SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH};
std::atomic<int> g_write_end{-1};

void put(int signal) {
  const int error = errno;
  const auto byte = static_cast<unsigned char>(signal);
  (void)!write(g_write_end, &byte, 1);
  errno = error;
}

}  // namespace

SignalPipe::SignalPipe() : pipe_(open_pipe()) {
  if (!pipe_) return;
  for (const int end : {pipe_.read.get(), pipe_.write.get()}) fcntl(end, F_SETFL, O_NONBLOCK);
  g_write_end = pipe_.write.get();
  struct sigaction action {};
  action.sa_handler = put;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int signal : kSignals) sigaction(signal, &action, &before_.emplace_back());
}

SignalPipe::~SignalPipe() {
  for (size_t i = 0; i < before_.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
  g_write_end = -1;
}

std::vector<int> SignalPipe::take() {
  unsigned char bytes[64];
  const ssize_t got = read(pipe_.read.get(), bytes, sizeof(bytes));
  if (got <= 0) return {};
  return {bytes, bytes + got};
}

}  // namespace sbxc::plain
