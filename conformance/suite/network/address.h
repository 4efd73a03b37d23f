// Addresses and sockets of a world.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbxc::conform {

// One of either family; an address of IPv4 that is written as one of IPv6 is one of IPv4.
struct Address {
  int family = 0;
  std::string bytes;  // 4 or 16
};

std::optional<Address> parse_address(const std::string& text);
std::string text_of(const Address& address);
// `1.2.3.4:80`, `[2001:db8::1]:80`.
std::string place_of(const Address& address, uint16_t port);

struct Endpoint {
  Address address;
  uint16_t port = 0;
};
Endpoint endpoint_of(const sockaddr_storage& name);
socklen_t fill(const Endpoint& endpoint, sockaddr_storage* name);

// Where a connection that was accepted was meant to go.
std::string own_place(int descriptor);

// -1 where this machine cannot, and errno. Port 0: any that is free.
int listen_at(const Endpoint& endpoint);
int datagrams_at(const Endpoint& endpoint);
// Connects to an address of this world.
int dial(const Endpoint& endpoint);
uint16_t port_of(int descriptor);

}  // namespace sbxc::conform
