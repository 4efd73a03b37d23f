#include "conformance/suite/network/loop.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace sbxc::conform {

Loop::~Loop() {
  for (const auto& [descriptor, handler] : handlers_) ::close(descriptor);
}

void Loop::watch(int descriptor, std::function<void()> ready) {
  handlers_[descriptor] = std::move(ready);
}

void Loop::close(int descriptor) {
  if (handlers_.erase(descriptor) != 0) ::close(descriptor);
}

std::vector<pollfd> Loop::watched() const {
  std::vector<pollfd> all;
  for (const auto& [descriptor, handler] : handlers_) all.push_back({descriptor, POLLIN, 0});
  return all;
}

void Loop::ready(int descriptor) {
  const auto found = handlers_.find(descriptor);
  if (found == handlers_.end()) return;
  const auto handler = found->second;  // which may close its own descriptor
  handler();
}

void Loop::settle() {
  constexpr int kMostTurns = 10'000;
  for (int turn = 0; turn < kMostTurns; ++turn) {
    std::vector<pollfd> all = watched();
    if (poll(all.data(), static_cast<nfds_t>(all.size()), 0) <= 0) return;
    for (const pollfd& each : all) {
      if (each.revents != 0) ready(each.fd);
    }
  }
}

void write_to(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
#ifdef MSG_NOSIGNAL
    constexpr int kFlags = MSG_DONTWAIT | MSG_NOSIGNAL;
#else
    constexpr int kFlags = MSG_DONTWAIT;  // SO_NOSIGPIPE is set there
#endif
    const ssize_t n = send(descriptor, bytes.data(), bytes.size(), kFlags);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
}

std::string read_from(int descriptor) {
  std::string bytes(16'384, '\0');
  ssize_t n = 0;
  do {
    n = recv(descriptor, bytes.data(), bytes.size(), MSG_DONTWAIT);
  } while (n < 0 && errno == EINTR);
  bytes.resize(n < 0 ? 0 : static_cast<size_t>(n));
  return bytes;
}

}  // namespace sbxc::conform
