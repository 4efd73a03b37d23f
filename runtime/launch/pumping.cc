#include "runtime/launch/pumping.h"

#include <poll.h>

#include <cerrno>

namespace sbxc::launch {
namespace {

constexpr size_t kAtOnce = size_t{64} * 1024;

}  // namespace

short Pumping::events() const { return pump_.into_command ? POLLOUT : POLLIN; }

void Pumping::stop() {
  pump_.from.reset();
  pump_.to.reset();
}

void Pumping::step() {
  if (pending_.empty()) {
    pending_.resize(kAtOnce);
    const ssize_t got = read(pump_.from.get(), pending_.data(), pending_.size());
    if (got < 0 && errno == EINTR) {
      pending_.clear();
      return;
    }
    if (got <= 0) {
      if (got < 0) failed_ = errno;
      stop();
      return;
    }
    pending_.resize(static_cast<size_t>(got));
  }
  while (!pending_.empty()) {
    const ssize_t put = write(pump_.to.get(), pending_.data(), pending_.size());
    if (put > 0) {
      pending_.erase(0, static_cast<size_t>(put));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN) return;
    // A command that reads no more is its own affair.
    if (!pump_.into_command) failed_ = errno;
    stop();
    return;
  }
}

}  // namespace sbxc::launch
