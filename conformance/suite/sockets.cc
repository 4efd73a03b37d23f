#include "conformance/suite/sockets.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace sbxc::conform {

namespace {

constexpr size_t kKept = 65'536;

void keep_to_oneself(int fd) {
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  fcntl(fd, F_SETFL, O_NONBLOCK);
}

}  // namespace

Socket::Socket(Socket&& other) noexcept { *this = std::move(other); }

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(listens_, other.listens_);
  std::swap(contacts_, other.contacts_);
  std::swap(connections_, other.connections_);
  std::swap(received_, other.received_);
  return *this;
}

Socket::~Socket() {
  for (const int connection : connections_) close(connection);
  if (fd_ >= 0) close(fd_);
}

Result<Socket> Socket::bound(int family, int type, const sockaddr* address, socklen_t size) {
  Socket socket;
  socket.fd_ = ::socket(family, type, 0);
  if (socket.fd_ < 0) return tl::unexpected(system_fault("there is no such socket here", errno));
  keep_to_oneself(socket.fd_);
  if (bind(socket.fd_, address, size) != 0) {
    return tl::unexpected(system_fault("a listener has no address", errno));
  }
  socket.listens_ = type != SOCK_DGRAM;
  if (socket.listens_ && listen(socket.fd_, 16) != 0) {
    return tl::unexpected(system_fault("a socket cannot listen", errno));
  }
  return socket;
}

int Socket::port() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port
                   : reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

void Socket::take(const std::string& greeting) {
  if (fd_ < 0) return;
  if (listens_) {
    take_connections(greeting);
  } else {
    take_datagrams();
  }
}

void Socket::take_datagrams() {
  std::array<char, 4096> bytes{};
  for (ssize_t n = 0; (n = recv(fd_, bytes.data(), bytes.size(), 0)) >= 0;) {
    ++contacts_;
    if (received_.size() < kKept) received_.append(bytes.data(), static_cast<size_t>(n));
  }
}

void Socket::take_connections(const std::string& greeting) {
  for (int fd = -1; (fd = accept(fd_, nullptr, nullptr)) >= 0;) {
    keep_to_oneself(fd);
    ++contacts_;
    if (!greeting.empty()) (void)!write(fd, greeting.data(), greeting.size());
    connections_.push_back(fd);
  }
  std::array<char, 4096> bytes{};
  for (const int connection : connections_) {
    for (ssize_t n = 0; (n = recv(connection, bytes.data(), bytes.size(), 0)) > 0;) {
      if (received_.size() < kKept) received_.append(bytes.data(), static_cast<size_t>(n));
    }
  }
}

}  // namespace sbxc::conform
