// bind() and connect(). The socket is taken from the command once, the address is copied once, and
// the call is made on these: which family an address is of cannot be changed afterwards, so every
// address is brokered, internet ones too. The peer sees the broker's process number (SO_PEERCRED)
// with the command's user.
//
// A path is too long for an address more often than for anything else, so a socket is bound from
// within its directory, and connected to through our own descriptor of it.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>

#include "runtime/broker/perform.h"
#include "runtime/protections/protections.h"

namespace sbxc::broker {

namespace {

// Whether a policy that allows some sockets allows this one.
bool may_reach(const Context& context, std::string_view name) {
  return context.judge.socket(name) || !protections::is_on(protections::Protection::broker_sockets);
}

struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&bytes); }
  bool is_unix() const { return size >= sizeof(sa_family_t) && bytes.ss_family == AF_UNIX; }
  // What follows the family.
  std::string_view name() const {
    constexpr size_t kFrom = offsetof(sockaddr_un, sun_path);
    if (size <= kFrom) return {};
    return {reinterpret_cast<const char*>(&bytes) + kFrom, size - kFrom};
  }
};

Outcome take(const Target& target, Descriptor& socket, Address& address) {
  const int size = target.int_argument(2);
  if (size < 0 || static_cast<size_t>(size) > sizeof address.bytes) return -EINVAL;
  address.size = static_cast<socklen_t>(size);
  if (const Outcome rc = target.bytes(target.argument(1), &address.bytes, address.size); rc < 0) {
    return rc;
  }
  return target.file_of(target.int_argument(0), socket);
}

Outcome refuse_abstract(Context& context, const Target& target, const std::string& name) {
  Found found;
  found.path = name;
  return refuse(context, target, Denied::socket, found);
}

std::string path_in(std::string_view name) { return std::string(name.substr(0, name.find('\0'))); }

Outcome bind_in(const Target& target, const Found& found, const Descriptor& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (found.name.size() >= sizeof address.sun_path) return -EINVAL;
  memcpy(address.sun_path, found.name.data(), found.name.size());
  mode_t mask = 0;
  if (const Outcome rc = umask_of(target, mask); rc < 0) return rc;
  const Descriptor before(open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!before.is_open()) return -errno;
  // An O_PATH directory of /proc would do; any other is searched with the command's rights.
  if (fchdir(found.directory.get()) != 0) return -errno;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + found.name.size() + 1);
  Outcome rc = 0;
  {
    const Masked masked(mask);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) rc = -errno;
  }
  if (fchdir(before.get()) != 0) _exit(70);  // every path of ours would be wrong
  return rc;
}

Outcome bind_path(Context& context, const Target& target, const Descriptor& socket,
                  const std::string& path) {
  Found found;
  const Outcome rc = context.resolver.find(target, AT_FDCWD, path, Last::leave, found);
  if (rc < 0) return rc;
  if (found.name.empty()) return -EADDRINUSE;
  if (found.slash) return -ENOENT;
  if (!context.judge.at(found.path).write) return refuse(context, target, Denied::write, found);
  if (context.sockets && !may_reach(context, found.path)) {
    return refuse(context, target, Denied::socket, found);
  }
  return bind_in(target, found, socket);
}

// Now, where it cannot take long; else in a process of its own.
Outcome connect_now_or_later(Context& context, const Target& target, const Descriptor& socket,
                             const Address& address) {
  const auto connect_once = [&]() -> Outcome {
    return ::connect(socket.get(), address.get(), address.size) == 0 ? 0 : -errno;
  };
  int type = 0;
  socklen_t size = sizeof type;
  if (getsockopt(socket.get(), SOL_SOCKET, SO_TYPE, &type, &size) != 0) return -errno;
  const int flags = fcntl(socket.get(), F_GETFL);
  if (type == SOCK_DGRAM || (flags >= 0 && (flags & O_NONBLOCK) != 0)) return connect_once();
  const auto work = [&] { answer(context.listener, target.id(), connect_once()); };
  const Outcome rc = context.waiting.start(target.id(), work);
  return rc < 0 ? rc : kAnswered;
}

Outcome connect_path(Context& context, const Target& target, const Descriptor& socket,
                     const std::string& path) {
  Found found;
  const Outcome rc = context.resolver.find(target, AT_FDCWD, path, Last::follow, found);
  if (rc < 0) return rc;
  if (!found.exists()) return -ENOENT;
  if (found.path.empty() || !may_reach(context, found.path)) {
    return refuse(context, target, Denied::socket, found);
  }
  const std::string own = Resolver::own_path(found.object);
  Address address;
  sockaddr_un through{};
  through.sun_family = AF_UNIX;
  memcpy(through.sun_path, own.data(), own.size());
  memcpy(&address.bytes, &through, sizeof through);
  address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + own.size() + 1);
  // The waiting process has the same descriptors under the same numbers.
  return connect_now_or_later(context, target, socket, address);
}

}  // namespace

Outcome bind_socket(Context& context, const Target& target) {
  Descriptor socket;
  Address address;
  if (const Outcome rc = take(target, socket, address); rc < 0) return rc;
  const std::string_view name = address.name();
  if (address.is_unix() && !name.empty()) {
    if (name[0] != '\0') return bind_path(context, target, socket, path_in(name));
    const std::string abstract = "@" + std::string(name.substr(1));
    if (context.sockets && !may_reach(context, abstract)) {
      return refuse_abstract(context, target, abstract);
    }
  }
  return ::bind(socket.get(), address.get(), address.size) == 0 ? 0 : -errno;
}

Outcome connect_socket(Context& context, const Target& target) {
  Descriptor socket;
  Address address;
  if (const Outcome rc = take(target, socket, address); rc < 0) return rc;
  const std::string_view name = address.name();
  if (address.is_unix() && !name.empty()) {
    if (name[0] != '\0') return connect_path(context, target, socket, path_in(name));
    const std::string abstract = "@" + std::string(name.substr(1));
    if (!may_reach(context, abstract)) return refuse_abstract(context, target, abstract);
  }
  return connect_now_or_later(context, target, socket, address);
}

}  // namespace sbxc::broker
