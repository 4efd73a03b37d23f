#include "conformance/suite/network/address.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sbxc::conform {

namespace {

Address from_v6(std::string bytes) {
  static const std::string kMapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);  // RFC 4291 2.5.5.2
  if (bytes.starts_with(kMapped)) return {AF_INET, bytes.substr(12)};
  return {AF_INET6, std::move(bytes)};
}

int made(int descriptor) {
  if (descriptor < 0) return -1;
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
#ifdef SO_NOSIGPIPE
  const int yes = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof yes);
#endif
  return descriptor;
}

int failed(int descriptor) {
  const int error = errno;
  close(descriptor);
  errno = error;
  return -1;
}

int bound_at(const Endpoint& endpoint, int kind) {
  const int descriptor = made(socket(endpoint.address.family, kind, 0));
  if (descriptor < 0) return -1;
  const int yes = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (endpoint.address.family == AF_INET6) {
    setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  }
  sockaddr_storage name{};
  const socklen_t size = fill(endpoint, &name);
  if (bind(descriptor, reinterpret_cast<sockaddr*>(&name), size) != 0) return failed(descriptor);
  return descriptor;
}

}  // namespace

std::optional<Address> parse_address(const std::string& text) {
  std::string bytes(4, '\0');
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return Address{AF_INET, bytes};
  bytes.resize(16);
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return from_v6(bytes);
  return std::nullopt;
}

std::string text_of(const Address& address) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(address.family, address.bytes.data(), text, sizeof text);
  return text;
}

std::string place_of(const Address& address, uint16_t port) {
  const std::string host = text_of(address);
  return (address.family == AF_INET6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Endpoint endpoint_of(const sockaddr_storage& name) {
  if (name.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &name, sizeof in);
    return {{AF_INET, std::string(reinterpret_cast<char*>(&in.sin_addr), 4)}, ntohs(in.sin_port)};
  }
  sockaddr_in6 in{};
  std::memcpy(&in, &name, sizeof in);
  return {from_v6(std::string(reinterpret_cast<char*>(&in.sin6_addr), 16)), ntohs(in.sin6_port)};
}

socklen_t fill(const Endpoint& endpoint, sockaddr_storage* name) {
  *name = {};
  if (endpoint.address.family == AF_INET) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(endpoint.port);
    std::memcpy(&in.sin_addr, endpoint.address.bytes.data(), 4);
    std::memcpy(name, &in, sizeof in);
    return sizeof in;
  }
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_port = htons(endpoint.port);
  std::memcpy(&in.sin6_addr, endpoint.address.bytes.data(), 16);
  std::memcpy(name, &in, sizeof in);
  return sizeof in;
}

std::string own_place(int descriptor) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &size) != 0) return "?";
  const Endpoint endpoint = endpoint_of(name);
  return place_of(endpoint.address, endpoint.port);
}

int listen_at(const Endpoint& endpoint) {
  const int descriptor = bound_at(endpoint, SOCK_STREAM);
  if (descriptor >= 0 && listen(descriptor, 128) != 0) return failed(descriptor);
  return descriptor;
}

int datagrams_at(const Endpoint& endpoint) { return bound_at(endpoint, SOCK_DGRAM); }

int dial(const Endpoint& endpoint) {
  const int descriptor = made(socket(endpoint.address.family, SOCK_STREAM, 0));
  if (descriptor < 0) return -1;
  sockaddr_storage name{};
  const socklen_t size = fill(endpoint, &name);
  if (connect(descriptor, reinterpret_cast<sockaddr*>(&name), size) != 0 && errno != EINPROGRESS) {
    return failed(descriptor);
  }
  pollfd connected{descriptor, POLLOUT, 0};  // to this very machine: at once
  poll(&connected, 1, 50);
  return descriptor;
}

uint16_t port_of(int descriptor) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &size) != 0) return 0;
  return endpoint_of(name).port;
}

}  // namespace sbxc::conform
