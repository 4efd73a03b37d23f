// For tests: both ends of the proxy, with plain blocking sockets on loopback and a time limit, so
// that a test that waits for what never comes fails.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/descriptor/descriptor.h"
#include "runtime/egress/sockets.h"

namespace sbxc::egress {

inline constexpr int kPatience = 5000;  // milliseconds

inline Place loopback(uint16_t port, uint8_t last = 1) {
  return {IpAddress::v4(127, 0, 0, last), port};
}

// One end of a connection.
class Peer {
 public:
  explicit Peer(int socket = -1) : socket_(socket) {}
  static Peer connect(const Place& place) {
    Peer peer(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const SocketAddress address = socket_address(place);
    if (::connect(peer.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) !=
        0) {
      ADD_FAILURE() << "connect: " << errno;
    }
    return peer;
  }

  int get() const { return socket_.get(); }
  bool is_open() const { return socket_.is_open(); }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) {
        error_ = errno;
        return;
      }
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }
  // What comes, at least a byte; empty at the end, after a reset (was_reset()) or in time.
  std::string receive_some(size_t most = 65536, int patience = kPatience) {
    pollfd waits{get(), POLLIN, 0};
    timed_out_ = poll(&waits, 1, patience) == 0;
    if (timed_out_) return {};
    std::string out(most, '\0');
    const ssize_t got = ::recv(get(), out.data(), out.size(), 0);
    if (got < 0) error_ = errno;
    ended_ = got == 0;
    out.resize(got > 0 ? static_cast<size_t>(got) : 0);
    return out;
  }
  std::string receive(size_t size) {
    std::string out;
    while (out.size() < size) {
      const std::string more = receive_some(size - out.size());
      if (more.empty()) break;
      out += more;
    }
    return out;
  }
  // Until the text, which is part of it.
  std::string receive_until(std::string_view text) {
    std::string out;
    while (!out.ends_with(text)) {
      const std::string more = receive_some(1);
      if (more.empty()) break;
      out += more;
    }
    return out;
  }
  std::string receive_all() {
    std::string out;
    for (std::string more = receive_some(); !more.empty(); more = receive_some()) out += more;
    return out;
  }
  bool hears_nothing(int milliseconds) {
    receive_some(1, milliseconds);
    return timed_out_;
  }

  void say_last() { ::shutdown(get(), SHUT_WR); }
  void reset() {
    reset_on_close(get());
    socket_.reset();
  }
  void close() { socket_.reset(); }

  bool has_ended() const { return ended_; }
  bool was_reset() const { return error_ == ECONNRESET || error_ == EPIPE; }
  bool timed_out() const { return timed_out_; }

 private:
  Descriptor socket_;
  int error_ = 0;
  bool ended_ = false;
  bool timed_out_ = false;
};

// Listens on loopback, at a port that the system chooses unless one is given.
class Server {
 public:
  explicit Server(uint8_t last = 1, uint16_t port = 0, int backlog = 4096)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int yes = 1;
    setsockopt(get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const SocketAddress address = socket_address(loopback(port, last));
    if (bind(get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0 ||
        listen(get(), backlog) != 0) {
      bound_ = false;
    }
  }
  int get() const { return socket_.get(); }
  bool is_bound() const { return bound_; }
  Place place() const { return local_place(get()).value_or(Place{}); }
  uint16_t port() const { return place().port; }
  int release() {
    const int descriptor = dup(get());
    socket_.reset();
    return descriptor;
  }
  Peer accept(int patience = kPatience) {
    pollfd waits{get(), POLLIN, 0};
    if (poll(&waits, 1, patience) != 1) return Peer();
    return Peer(::accept4(get(), nullptr, nullptr, SOCK_CLOEXEC));
  }
  // Whether nobody comes.
  bool is_left_alone(int milliseconds) { return !accept(milliseconds).is_open(); }

 private:
  Descriptor socket_;
  bool bound_ = true;
};

}  // namespace sbxc::egress
