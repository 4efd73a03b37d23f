// Datagrams whose destination matters: a socket that is bound to every address of a namespace is
// told which address was asked (IP_PKTINFO, RFC 3542), and the answer has to come from there.
// libc only.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <span>

namespace sbxc::netns {

struct Datagram {
  size_t size = 0;      // of the bytes that were received
  bool cut = false;     // the buffer was too small
  sockaddr_in6 from{};  // or a sockaddr_in, by its family
  bool v6 = false;
  in_addr asked_v4{};  // where it was sent to
  in6_addr asked_v6{};
};

// False with errno: EAGAIN when nothing is there, EPROTO when no destination came with it.
bool receive(int socket, std::span<uint8_t> bytes, Datagram& datagram);
// To whom it came from, from where it was sent to. False with errno.
bool answer(int socket, std::span<const uint8_t> bytes, const Datagram& datagram);

// Where a redirected connection was meant to go: a sockaddr_in or sockaddr_in6, false with errno.
bool original_destination(int socket, bool v6, sockaddr_in6& destination);

}  // namespace sbxc::netns
