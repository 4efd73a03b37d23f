#include "conformance/requests/listeners.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>

namespace sbxc::conform {

namespace {

struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&bytes); }
};

Address unix_address(const std::string& name) {
  Address address;
  auto* un = reinterpret_cast<sockaddr_un*>(&address.bytes);
  un->sun_family = AF_UNIX;
  std::memcpy(un->sun_path, name.data(), name.size());
  const bool abstract = name.front() == '@';
  if (abstract) un->sun_path[0] = '\0';
  address.size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + (abstract ? 0U : 1U));
  return address;
}

std::optional<Address> ip_address(const std::string& text) {
  Address address;
  const size_t colon = text.rfind(':');
  const bool v6 = text.front() == '[';
  if (colon == std::string::npos) return std::nullopt;
  const std::string host = v6 ? text.substr(1, colon - 2) : text.substr(0, colon);
  const in_port_t port = htons(static_cast<uint16_t>(std::strtoul(&text[colon + 1], nullptr, 10)));
  if (v6) {
    auto* in6 = reinterpret_cast<sockaddr_in6*>(&address.bytes);
    in6->sin6_family = AF_INET6;
    in6->sin6_port = port;
    address.size = sizeof *in6;
    if (inet_pton(AF_INET6, host.c_str(), &in6->sin6_addr) != 1) return std::nullopt;
    return address;
  }
  auto* in = reinterpret_cast<sockaddr_in*>(&address.bytes);
  in->sin_family = AF_INET;
  in->sin_port = port;
  address.size = sizeof *in;
  if (inet_pton(AF_INET, host.c_str(), &in->sin_addr) != 1) return std::nullopt;
  return address;
}

std::optional<Address> address_of(const std::string& target) {
  if (target.front() != '/' && target.front() != '@') return ip_address(target);
  if (target.size() > kLongestSocket) return std::nullopt;
  return unix_address(target);
}

std::string read_text(int fd) {
  constexpr timeval kLimit{.tv_sec = 0, .tv_usec = 500'000};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &kLimit, sizeof kLimit);
  std::string text;
  std::array<char, 256> bytes{};
  while (text.size() < 512 && text.find('\n') == std::string::npos) {
    const ssize_t n = read(fd, bytes.data(), bytes.size());
    if (n <= 0) break;
    text.append(bytes.data(), static_cast<size_t>(n));
  }
  return text;
}

}  // namespace

int listen_for(const std::string& target, std::string& why) {
  const auto address = address_of(target);
  if (!address) {
    why = target.front() == '/' ? "its path is too long for a socket" : "it is no address";
    return -1;
  }
  const int fd = socket(address->bytes.ss_family, SOCK_STREAM, 0);
  const int yes = 1;
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  if (target.front() != '/') setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(fd, address->get(), address->size) != 0 || listen(fd, 16) != 0) {
    why = errno == EADDRINUSE ? "somebody else listens there"
                              : std::string("nobody can listen there: ") + std::strerror(errno);
    close(fd);
    return -1;
  }
  if (target.front() == '/') chmod(target.c_str(), 0777);
  return fd;
}

std::string accept_text(int listener) {
  const int fd = accept(listener, nullptr, nullptr);
  if (fd < 0) return {};
  fcntl(fd, F_SETFL, 0);
  std::string text = read_text(fd);
  close(fd);
  return text;
}

std::string text_from(const std::string& target) {
  const auto address = address_of(target);
  if (!address) return {};
  const int fd = socket(address->bytes.ss_family, SOCK_STREAM, 0);
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  std::string text;
  if (connect(fd, address->get(), address->size) == 0) text = read_text(fd);
  close(fd);
  return text;
}

}  // namespace sbxc::conform
