// The client's side: blocking sockets on loopback. What fails ends the program.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sbxc::bench {

[[noreturn]] inline void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

inline sockaddr_in loopback(uint16_t port, in_addr_t at = INADDR_LOOPBACK) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(at);
  return address;
}

inline int listen_on_loopback(uint16_t& port, in_addr_t at = INADDR_LOOPBACK) {
  const int made = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = loopback(port, at);
  socklen_t size = sizeof address;
  if (bind(made, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(made, 4096) != 0 ||
      getsockname(made, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    fail("listen");
  }
  port = ntohs(address.sin_port);
  return made;
}

inline uint16_t free_port() {
  uint16_t port = 0;
  close(listen_on_loopback(port));
  return port;
}

inline void await_port(uint16_t port) {
  for (int i = 0; i < 500; ++i) {
    const int made = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = loopback(port);
    const bool there =
        connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(made);
    if (there) return;
    usleep(10'000);
  }
  fail("a proxy does not start");
}

class Peer {
 public:
  explicit Peer(uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const int yes = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const sockaddr_in address = loopback(port);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      fail("connect");
    }
  }
  Peer(Peer&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  Peer& operator=(Peer&&) = delete;
  ~Peer() {
    if (socket_ >= 0) close(socket_);
  }

  void send(std::string_view bytes) {
    if (::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(bytes.size())) {
      fail("send");
    }
  }
  size_t read(size_t size) {
    static thread_local std::vector<char> buffer(1 << 18);
    size_t all = 0;
    while (all < size) {
      const ssize_t got = recv(socket_, buffer.data(), std::min(buffer.size(), size - all), 0);
      if (got <= 0) break;
      all += static_cast<size_t>(got);
    }
    return all;
  }
  std::string read_until(std::string_view end) {
    std::string out;
    char bytes[512];
    while (!out.ends_with(end)) {
      const ssize_t got = recv(socket_, bytes, sizeof bytes, 0);
      if (got <= 0) break;
      out.append(bytes, static_cast<size_t>(got));
    }
    return out;
  }

 private:
  int socket_;
};

}  // namespace sbxc::bench
