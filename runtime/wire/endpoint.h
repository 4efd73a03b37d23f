// A host and port as a peer wrote them, read once, by the one canonicaliser (laws 9 and 10): what
// is judged, resolved, dialled and written to the next hop is this and never the peer's spelling.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "compiler/pattern/ip_address.h"
#include "runtime/wire/refusal.h"

namespace sbxc::wire {

using Host = std::variant<std::string, IpAddress>;  // a canonical name, or an address

struct Endpoint {
  Host host{};
  uint16_t port = 0;

  const std::string* name() const { return std::get_if<std::string>(&host); }
  const IpAddress* address() const { return std::get_if<IpAddress>(&host); }
  std::string host_text() const;  // `example.com`, `::1`
  std::string text() const;       // `example.com:443`, `[::1]:443`
  bool operator==(const Endpoint&) const = default;
};

// A name or an address without brackets and port. An IPv4-mapped address is the IPv4 address.
Result<Host> read_host(std::string_view text);

// Digits without sign and leading zeros, 1 to 65535.
Result<uint16_t> read_port(std::string_view text);

struct Authority {
  Host host{};
  std::optional<uint16_t> port{};  // absent when none was written
};
// `host`, `host:port`, `[v6]`, `[v6]:port`. No user, no empty port.
Result<Authority> read_authority(std::string_view text);

// As the value of `Host`: without the port when it is 80.
std::string host_field(const Endpoint& endpoint);

}  // namespace sbxc::wire
