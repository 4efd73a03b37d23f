// The system calls of the engine on TCP sockets, the same on Linux and macOS. Every socket that
// comes out of here neither blocks nor outlives an exec, raises no SIGPIPE and sends at once
// (TCP_NODELAY): a relay that waits for more to send costs 40 ms a time.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <optional>

#include "compiler/pattern/ip_address.h"

namespace sbxc::egress {

struct Place {
  IpAddress address;
  uint16_t port = 0;
  bool operator==(const Place&) const = default;
};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};
SocketAddress socket_address(const Place& place);
bool is_loopback(const IpAddress& address);
// An IPv4-mapped IPv6 address is the IPv4 address.
std::optional<Place> place_of(const SocketAddress& address);

int listen_at(const Place& place);  // -1 with errno
int accept_socket(int listener);    // -1 with errno
// Whether a socket is in this process's own network, and not in a sandbox's.
bool is_outside(int socket);
std::optional<Place> local_place(int socket);
std::optional<Place> original_place(int socket);  // of a redirected connection (Linux)

int new_socket(bool v6);  // -1 with errno
enum class Dialled : uint8_t { connected, under_way, failed };
Dialled dial(int socket, const Place& place);  // failed: errno
// What came of it, once the socket can be written: 0 or an errno.
int dial_error(int socket);

bool make_nonblocking(int descriptor);
// Closing it tells the peer of a reset.
void reset_on_close(int socket);

// As recv and send, but never interrupted; -1 with errno (EAGAIN: nothing now).
long receive(int socket, char* bytes, size_t size);
long transmit(int socket, const char* bytes, size_t size);

}  // namespace sbxc::egress
