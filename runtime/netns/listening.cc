// The kernel lists sockets by state (sock_diag(7), NETLINK_SOCK_DIAG): a namespace with thousands
// of connections costs no more than one with none. Needs no capability.
#include "runtime/netns/listening.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cstring>

#include "runtime/netns/netlink.h"

namespace sbxc::netns {

namespace {

bool within(const Ports& ports, uint16_t port) {
  return std::any_of(ports.begin(), ports.end(), [&](const PortRange& range) {
    return port >= range.low && port <= range.high;
  });
}

// Whether a connection to 127.0.0.1 or ::1 gets there.
bool at_loopback(const inet_diag_msg& socket) {
  const uint8_t* bytes = reinterpret_cast<const uint8_t*>(socket.id.idiag_src);
  if (socket.idiag_family == AF_INET) {
    const in_addr_t address = socket.id.idiag_src[0];
    return address == htonl(INADDR_ANY) || address == htonl(INADDR_LOOPBACK);
  }
  in6_addr address{};
  std::memcpy(&address, bytes, sizeof address);
  const in_addr_t mapped = socket.id.idiag_src[3];
  return IN6_IS_ADDR_UNSPECIFIED(&address) || IN6_IS_ADDR_LOOPBACK(&address) ||
         (IN6_IS_ADDR_V4MAPPED(&address) &&
          (mapped == htonl(INADDR_ANY) || mapped == htonl(INADDR_LOOPBACK)));
}

}  // namespace

std::vector<uint16_t> listening_ports(const Ports& ports) {
  std::vector<uint16_t> found;
  auto netlink = Netlink::open(NETLINK_SOCK_DIAG);
  if (ports.empty() || !netlink) return found;
  for (const uint8_t family : {uint8_t{AF_INET}, uint8_t{AF_INET6}}) {
    inet_diag_req_v2 question{};
    question.sdiag_family = family;
    question.sdiag_protocol = IPPROTO_TCP;
    question.idiag_states = 1U << TCP_LISTEN;
    Requests requests;
    requests.begin(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, bytes_of(question));
    (void)netlink->dump(requests, [&](const Message& message) {
      inet_diag_msg socket{};
      if (message.type != SOCK_DIAG_BY_FAMILY || message.bytes.size() < sizeof socket) return;
      std::memcpy(&socket, message.bytes.data(), sizeof socket);
      const uint16_t port = ntohs(socket.id.idiag_sport);
      if (at_loopback(socket) && within(ports, port)) found.push_back(port);
    });
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace sbxc::netns
