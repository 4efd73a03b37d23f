// Accepting and dialling set all that a socket needs in as few calls as the system has for it.
#include "runtime/egress/sockets.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#ifdef __linux__
#include <linux/netfilter_ipv4.h>
#endif

namespace sbxc::egress {

namespace {

#ifdef MSG_NOSIGNAL
constexpr int kNoSignal = MSG_NOSIGNAL;
#else
constexpr int kNoSignal = 0;
#endif

constexpr int kBacklog = 4096;

void send_at_once(int socket) {
  const int yes = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
#ifdef SO_NOSIGPIPE
  setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof yes);
#endif
}

#ifndef __linux__
void take_over(int socket) {
  fcntl(socket, F_SETFD, FD_CLOEXEC);
  make_nonblocking(socket);
}
#endif

}  // namespace

SocketAddress socket_address(const Place& place) {
  SocketAddress out;
  if (place.address.v6) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(place.port);
    std::memcpy(&v6.sin6_addr, place.address.bytes.data(), 16);
    std::memcpy(&out.storage, &v6, sizeof v6);
    out.size = sizeof v6;
  } else {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(place.port);
    std::memcpy(&v4.sin_addr, place.address.bytes.data(), 4);
    std::memcpy(&out.storage, &v4, sizeof v4);
    out.size = sizeof v4;
  }
  return out;
}

bool is_loopback(const IpAddress& address) {
  if (!address.v6) return address.bytes[0] == 127;
  IpAddress one{.v6 = true};
  one.bytes[15] = 1;
  return address == one;
}

std::optional<Place> place_of(const SocketAddress& address) {
  Place place;
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address.storage, sizeof v4);
    place.port = ntohs(v4.sin_port);
    std::memcpy(place.address.bytes.data(), &v4.sin_addr, 4);
    return place;
  }
  if (address.storage.ss_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6;
  std::memcpy(&v6, &address.storage, sizeof v6);
  place.port = ntohs(v6.sin6_port);
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
    std::memcpy(place.address.bytes.data(), v6.sin6_addr.s6_addr + 12, 4);
  } else {
    place.address.v6 = true;
    std::memcpy(place.address.bytes.data(), &v6.sin6_addr, 16);
  }
  return place;
}

int accept_socket(int listener) {
#ifdef __linux__
  const int socket = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
  const int socket = accept(listener, nullptr, nullptr);
  if (socket >= 0) take_over(socket);
#endif
  if (socket >= 0) send_at_once(socket);
  return socket;
}

std::optional<Place> local_place(int socket) {
  SocketAddress address;
  address.size = sizeof address.storage;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address.storage), &address.size) != 0) {
    return std::nullopt;
  }
  return place_of(address);
}

std::optional<Place> original_place(int socket) {
#ifdef __linux__
  // SO_ORIGINAL_DST has the same number for IPv6 (IP6T_SO_ORIGINAL_DST).
  for (const int level : {SOL_IP, SOL_IPV6}) {
    SocketAddress address;
    address.size = sizeof address.storage;
    if (getsockopt(socket, level, SO_ORIGINAL_DST, &address.storage, &address.size) == 0) {
      return place_of(address);
    }
  }
#else
  static_cast<void>(socket);
#endif
  return std::nullopt;
}

int new_socket(bool v6) {
  const int family = v6 ? AF_INET6 : AF_INET;
#ifdef __linux__
  return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
#else
  const int made = socket(family, SOCK_STREAM, 0);
  if (made >= 0) take_over(made);
  return made;
#endif
}

int listen_at(const Place& place) {
  const int socket = new_socket(place.address.v6);
  if (socket < 0) return -1;
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (place.address.v6) setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  const SocketAddress address = socket_address(place);
  if (bind(socket, reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0 &&
      listen(socket, kBacklog) == 0) {
    return socket;
  }
  const int error = errno;
  ::close(socket);
  errno = error;
  return -1;
}

bool is_outside(int socket) {
#ifdef SO_NETNS_COOKIE
  uint64_t there = 0;
  uint64_t here = 0;
  socklen_t size = sizeof there;
  if (getsockopt(socket, SOL_SOCKET, SO_NETNS_COOKIE, &there, &size) != 0) return false;
  const int own = new_socket(false);
  const bool known = own >= 0 && getsockopt(own, SOL_SOCKET, SO_NETNS_COOKIE, &here, &size) == 0;
  if (own >= 0) ::close(own);
  return known && here == there;
#else
  static_cast<void>(socket);
  return true;
#endif
}

Dialled dial(int socket, const Place& place) {
  send_at_once(socket);
  const SocketAddress address = socket_address(place);
  const auto* to = reinterpret_cast<const sockaddr*>(&address.storage);
  if (connect(socket, to, address.size) == 0) return Dialled::connected;
  // A peer on this machine has answered by now, and asking again is cheaper than waiting.
  if (errno == EINPROGRESS && (connect(socket, to, address.size) == 0 || errno == EISCONN)) {
    return Dialled::connected;
  }
  const bool waits = errno == EINPROGRESS || errno == EALREADY || errno == EINTR;
  return waits ? Dialled::under_way : Dialled::failed;
}

int dial_error(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

bool make_nonblocking(int descriptor) {
  const int flags = fcntl(descriptor, F_GETFL);
  return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

void reset_on_close(int socket) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

long receive(int socket, char* bytes, size_t size) {
  for (;;) {
    const ssize_t got = recv(socket, bytes, size, 0);
    if (got >= 0 || errno != EINTR) return got;
  }
}

long transmit(int socket, const char* bytes, size_t size) {
  for (;;) {
    const ssize_t sent = send(socket, bytes, size, kNoSignal);
    if (sent >= 0 || errno != EINTR) return sent;
  }
}

}  // namespace sbxc::egress
