// What is opened:
//   - for each captured port one listener at [::], which takes IPv4 too; or
//   - one at 127.0.0.1 and one at ::1 for a redirect;
//   - DNS at port 53 of every address, UDP (a socket for each family, so that each datagram's
//     destination comes in its own family's form) and TCP: it answers questions to any address;
//   - the proxy's port, on the loopback alone.
// A port of none of these has no listener, so the kernel refuses it at once.
//
// No address is shared (no SO_REUSEADDR, no SO_REUSEPORT): no program inside can bind next to a
// listener and take its connections.
#include "runtime/netns/listeners.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include "runtime/netns/failure.h"
#include "runtime/netns/redirect.h"

namespace sbxc::netns {

namespace {

constexpr uint16_t kDnsPort = 53;

enum class Where : uint8_t { anywhere, loopback };

struct Wanted {
  ListenerKind kind{};
  bool v6 = false;
  Where where{};
  uint16_t port = 0;
  bool both_families = false;
};

int bind_to(int socket, const Wanted& wanted) {
  if (wanted.v6) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(wanted.port);
    if (wanted.where == Where::loopback) address.sin6_addr = in6addr_loopback;
    return bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(wanted.port);
  if (wanted.where == Where::loopback) address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

bool set(int socket, int level, int option, int value) {
  return setsockopt(socket, level, option, &value, sizeof value) == 0;
}

bool prepare(int socket, const Wanted& wanted) {
  const bool udp = wanted.kind == ListenerKind::dns_udp;
  if (wanted.v6 && !set(socket, IPPROTO_IPV6, IPV6_V6ONLY, wanted.both_families ? 0 : 1)) {
    return false;
  }
  // Accepted connections have it from their listener.
  if (!udp) return set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  // An answer comes from the address that was asked, which is on no interface.
  if (!wanted.v6) return set(socket, IPPROTO_IP, IP_PKTINFO, 1);
  return set(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) &&
         set(socket, IPPROTO_IPV6, IPV6_FREEBIND, 1);
}

Result<Listener> open_one(const Wanted& wanted) {
  const bool udp = wanted.kind == ListenerKind::dns_udp;
  Listener listener{.kind = wanted.kind, .v6 = wanted.v6, .port = wanted.port, .socket = {}};
  listener.socket.reset(socket(wanted.v6 ? AF_INET6 : AF_INET,
                               (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int number = listener.socket.get();
  if (number < 0 || !prepare(number, wanted) || bind_to(number, wanted) != 0 ||
      (!udp && listen(number, SOMAXCONN) != 0)) {
    return tl::unexpected(failure(
        std::string("port ") + std::to_string(wanted.port) + " of the sandbox cannot be served",
        errno));
  }
  if (wanted.port == 0) {
    sockaddr_in6 own{};  // the port is at the same place in a sockaddr_in
    socklen_t size = sizeof own;
    getsockname(number, reinterpret_cast<sockaddr*>(&own), &size);
    listener.port = ntohs(own.sin6_port);
  }
  return listener;
}

size_t count(const Ports& ports) {
  size_t sum = 0;
  for (const PortRange& range : ports) sum += size_t{range.high} - range.low + 1;
  return sum;
}

bool in_order(const Ports& ports) {
  uint32_t least = 1;
  for (const PortRange& range : ports) {
    if (range.low < least || range.high < range.low) return false;
    least = uint32_t{range.high} + 1;
  }
  return true;
}

std::vector<Wanted> wanted_listeners(const Ports& ports, const Order& order, bool redirected,
                                     bool v6) {
  std::vector<Wanted> all;
  const auto both = [&](ListenerKind kind, Where where, uint16_t port) {
    all.push_back({kind, false, where, port});
    if (v6) all.push_back({kind, true, where, port});
  };
  if (order.proxy_port != 0) both(ListenerKind::proxy, Where::loopback, order.proxy_port);
  if (order.dns) {
    both(ListenerKind::dns_udp, Where::anywhere, kDnsPort);
    all.push_back({ListenerKind::dns_tcp, v6, Where::anywhere, kDnsPort, true});
  }
  if (redirected) {
    both(ListenerKind::redirected, Where::loopback, 0);
    return all;
  }
  for (const PortRange& range : ports) {
    for (uint32_t port = range.low; port <= range.high; ++port) {
      all.push_back(
          {ListenerKind::captured, v6, Where::anywhere, static_cast<uint16_t>(port), true});
    }
  }
  return all;
}

Result<std::vector<Listener>> open_all(const std::vector<Wanted>& all) {
  std::vector<Listener> listeners;
  for (const Wanted& wanted : all) {
    auto listener = open_one(wanted);
    if (!listener) return tl::unexpected(std::move(listener.error()));
    listeners.push_back(std::move(*listener));
  }
  return listeners;
}

Result<std::vector<Listener>> open_redirected(const Ports& ports, const Order& order, bool v6) {
  if (ports.size() > kMostRanges || order.loopback_ports.size() > kMostRanges) {
    return tl::unexpected(
        failure("more than " + std::to_string(kMostRanges) + " ranges of ports", 0));
  }
  auto listeners = open_all(wanted_listeners(ports, order, true, v6));
  if (!listeners) return listeners;
  RedirectPorts to;
  for (const Listener& listener : *listeners) {
    if (listener.kind != ListenerKind::redirected) continue;
    (listener.v6 ? to.v6 : to.v4) = listener.port;
  }
  Ports loopback = without(order.loopback_ports, order.proxy_port);
  if (order.dns) loopback = without(loopback, kDnsPort);
  const auto set = redirect(ports, loopback, to);
  if (!set) return tl::unexpected(set.error());
  return listeners;
}

}  // namespace

Ports without(const Ports& ports, uint16_t port) {
  Ports left;
  for (const PortRange& range : ports) {
    if (port < range.low || port > range.high) {
      left.push_back(range);
      continue;
    }
    if (range.low < port) left.push_back({range.low, static_cast<uint16_t>(port - 1)});
    if (range.high > port) left.push_back({static_cast<uint16_t>(port + 1), range.high});
  }
  return left;
}

Result<std::vector<Listener>> open_listeners(const Order& order, bool v6) {
  if (!in_order(order.ports) || !in_order(order.loopback_ports)) {
    return tl::unexpected(failure("ports out of order", 0));
  }
  const Ports ports = order.dns ? without(order.ports, kDnsPort) : order.ports;
  const size_t how_many = count(ports);
  const bool by_itself = order.method == Method::automatic;
  if (how_many == 0 || order.method == Method::listeners ||
      (by_itself && how_many <= kFewListeners)) {
    return open_all(wanted_listeners(ports, order, false, v6));
  }
  auto redirected = open_redirected(ports, order, v6);
  if (!redirected && redirected.error().unsupported && by_itself && how_many <= kMostListeners) {
    return open_all(wanted_listeners(ports, order, false, v6));
  }
  return redirected;
}

}  // namespace sbxc::netns
