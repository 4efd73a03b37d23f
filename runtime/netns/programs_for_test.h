// What programs inside do, each in a word: `connected`, `answer`, or errno's name.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "runtime/descriptor/descriptor.h"

namespace sbxc::netns {

struct Place {
  sockaddr_storage bytes{};
  socklen_t size = 0;
  int family = AF_INET;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&bytes); }
};

inline Place place(const std::string& address, uint16_t port) {
  Place made;
  if (address.find(':') == std::string::npos) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&made.bytes);
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    inet_pton(AF_INET, address.c_str(), &v4->sin_addr);
    made.size = sizeof *v4;
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&made.bytes);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr);
    made.size = sizeof *v6;
    made.family = AF_INET6;
  }
  return made;
}

// `93.184.216.34:443`; an IPv4-mapped address as the IPv4 address.
inline std::string text_of(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address);
    inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    return std::string(text) + ":" + std::to_string(ntohs(v4->sin_port));
  }
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address);
  inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
  const std::string port = ":" + std::to_string(ntohs(v6->sin6_port));
  if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) return std::string(text).substr(7) + port;
  return "[" + std::string(text) + "]" + port;
}

inline std::string errno_name() { return strerrorname_np(errno); }

inline std::string own_address(int socket) {
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size);
  return text_of(own);
}

inline std::string try_to_connect(const std::string& address, uint16_t port,
                                  int type = SOCK_STREAM) {
  const Place to = place(address, port);
  const Descriptor made(socket(to.family, type, 0));
  if (!made || connect(made.get(), to.get(), to.size) != 0) return errno_name();
  return "connected";
}

// Sends one datagram; `answer` when an answer comes from where it was sent.
inline std::string try_to_ask(const std::string& address, uint16_t port) {
  const Place to = place(address, port);
  const Descriptor made(socket(to.family, SOCK_DGRAM, 0));
  if (connect(made.get(), to.get(), to.size) != 0) return errno_name();
  if (send(made.get(), "ask", 3, 0) != 3) return errno_name();
  pollfd waiting{made.get(), POLLIN, 0};
  if (poll(&waiting, 1, 5000) != 1) return "silence";
  char bytes[64];
  const ssize_t got = recv(made.get(), bytes, sizeof bytes, 0);
  return got < 0 ? errno_name() : std::string(bytes, static_cast<size_t>(got));
}

inline Descriptor listen_at(const std::string& address, uint16_t port) {
  const Place at = place(address, port);
  Descriptor made(socket(at.family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (bind(made.get(), at.get(), at.size) != 0 || listen(made.get(), 4) != 0) made.reset();
  return made;
}

// From a listener that does not block: waits up to five seconds.
inline Descriptor accept_one(int listener) {
  pollfd waiting{listener, POLLIN, 0};
  if (poll(&waiting, 1, 5000) != 1) return Descriptor();
  return Descriptor(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
}

}  // namespace sbxc::netns
