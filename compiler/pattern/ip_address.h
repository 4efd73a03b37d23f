// IP addresses and CIDR networks, in every odd spelling (law 10). One parser decides what is an
// address: dotted quad, RFC 4291 text forms, and the inet_aton spellings (`0x7f.1`, `2130706433`,
// `0177.0.0.1`, `127.1`), which are refused by name. An IPv4-mapped IPv6 address is the IPv4
// address. Zone ids are refused.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/diag/diagnostic.h"

namespace sbxc {

struct IpAddress {
  bool v6 = false;
  std::array<uint8_t, 16> bytes{};  // network order; an IPv4 address uses the first four

  static IpAddress v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d);
  std::string text() const;  // RFC 5952
  uint8_t bits() const { return v6 ? 128 : 32; }

  bool operator==(const IpAddress&) const = default;
  auto operator<=>(const IpAddress&) const = default;
};

struct IpNetwork {
  IpAddress address;  // INVARIANT: bits past `prefix` are zero
  uint8_t prefix = 0;

  // The network of `prefix` bits that holds `address`: its other bits are cleared.
  static IpNetwork of(const IpAddress& address, uint8_t prefix);
  bool contains(const IpAddress& other) const;
  std::string text() const;  // `10.0.0.0/8`; a whole address without the slash

  bool operator==(const IpNetwork&) const = default;
};

// Whether the text would be read as an address by anything at all (inet_aton included): such text
// is never a host name.
bool looks_like_ip(std::string_view text);

enum class IpError { not_an_address, odd_spelling, zone_id };
struct IpParse {
  std::optional<IpAddress> address{};
  IpError error = IpError::not_an_address;
  std::optional<IpAddress> meant{};  // for odd_spelling: the address it stands for
};
// Without brackets.
IpParse parse_ip(std::string_view text);

// Loopback, link-local, private, unique-local, carrier-grade, multicast, unspecified and cloud
// metadata addresses (RFC 6890 and the metadata services of the large clouds): what a public name
// must not resolve to.
std::optional<std::string_view> special_use(const IpAddress& address);

}  // namespace sbxc
