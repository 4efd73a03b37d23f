#include "compiler/driver/proxy_places.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include "compiler/diag/printable.h"
#include "runtime/egress/sockets.h"

namespace sbxc::driver {
namespace {

using egress::Place;

constexpr int kBacklog = 1024;

std::optional<Place> parse_place(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const bool brackets = host.starts_with('[') && host.ends_with(']');
  if (brackets) host = host.substr(1, host.size() - 2);
  const auto address = parse_ip(host).address;
  if (!address || address->v6 != brackets) return std::nullopt;
  Place place{*address, 0};
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), place.port);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return place;
}

Descriptor new_unix_socket() {
  Descriptor made(::socket(AF_UNIX, SOCK_STREAM, 0));
  if (made) fcntl(made.get(), F_SETFD, FD_CLOEXEC);
  return made;
}

tl::unexpected<launch::Failure> cannot_listen(const std::string& where, int error) {
  return tl::unexpected(launch::Failure{
      .message = fmt::format("`{}` cannot be listened on: {}", where, std::strerror(error)),
      .help = error == EADDRINUSE ? "another program has it; port 0 takes a free one" : ""});
}

// A socket that a process left behind answers to nobody.
bool is_left_behind(const std::string& path, const sockaddr_un& address) {
  struct stat facts {};
  if (lstat(path.c_str(), &facts) != 0 || !S_ISSOCK(facts.st_mode)) return false;
  const Descriptor probe = new_unix_socket();
  return probe &&
         connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 &&
         errno == ECONNREFUSED;
}

}  // namespace

Listening::Listening(Listening&& other) noexcept
    : socket(std::move(other.socket)),
      text(std::move(other.text)),
      port(other.port),
      reachable(other.reachable),
      path_(std::exchange(other.path_, {})),
      device_(other.device_),
      inode_(other.inode_) {}

Listening::~Listening() {
  struct stat facts {};
  if (path_.empty() || lstat(path_.c_str(), &facts) != 0) return;
  if (facts.st_dev == device_ && facts.st_ino == inode_) unlink(path_.c_str());
}

launch::Result<Listening> listen_at_address(const std::string& text) {
  const auto place = parse_place(text);
  if (!place) {
    return tl::unexpected(
        launch::Failure{.message = fmt::format("`{}` is not an address and a port", text),
                        .help = "write `127.0.0.1:3128`, `[::1]:3128`, or port 0 for a free one"});
  }
  Listening made;
  made.reachable = !egress::is_loopback(place->address);
  made.socket.reset(egress::listen_at(*place));
  if (!made.socket) return cannot_listen(text, errno);
  made.port = egress::local_place(made.socket.get()).value_or(*place).port;
  const std::string host = place->address.text();
  made.text = fmt::format("{}:{}", place->address.v6 ? "[" + host + "]" : host, made.port);
  return made;
}

launch::Result<Listening> listen_at_path(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return tl::unexpected(launch::Failure{
        .message = fmt::format("`{}` is too long for a unix socket", path),
        .help = fmt::format("the system takes at most {} bytes", sizeof(address.sun_path) - 1)});
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  if (is_left_behind(path, address)) unlink(path.c_str());
  Listening made;
  made.socket = new_unix_socket();
  const mode_t before = umask(0177);
  const bool bound = made.socket && bind(made.socket.get(), reinterpret_cast<sockaddr*>(&address),
                                         sizeof(address)) == 0;
  const int error = errno;
  umask(before);
  if (!bound) return cannot_listen(path, error);
  struct stat facts {};
  if (lstat(path.c_str(), &facts) == 0) {
    made.path_ = path;
    made.device_ = facts.st_dev;
    made.inode_ = facts.st_ino;
  }
  if (listen(made.socket.get(), kBacklog) != 0) return cannot_listen(path, errno);
  made.text = printable(path);
  return made;
}

}  // namespace sbxc::driver
