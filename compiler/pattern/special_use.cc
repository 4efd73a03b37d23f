// What an address is reserved for: the registries of RFC 6890 (IANA special-purpose addresses, as
// of 2025) and the metadata services of the large clouds. An IPv6 address that carries an IPv4
// address for a gateway to unwrap (NAT64, 6to4, the deprecated compatible and translated forms) is
// judged by the address inside as well, or it would be a way around. Teredo and ORCHID are inside
// 2001::/23. Not here: addresses that only a local convention makes special, and DNS64 with a
// private prefix.
#include <algorithm>
#include <array>

#include "compiler/pattern/ip_address.h"

namespace sbxc {

namespace {

struct Row {
  IpNetwork network;
  std::string_view use;
};

constexpr IpNetwork v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint8_t prefix) {
  return {{.v6 = false, .bytes = {a, b, c, d}}, prefix};
}

constexpr IpNetwork v6(std::array<uint16_t, 8> groups, uint8_t prefix) {
  IpAddress address{.v6 = true};
  for (size_t i = 0; i < 8; ++i) {
    address.bytes[2 * i] = static_cast<uint8_t>(groups[i] >> 8);
    address.bytes[2 * i + 1] = static_cast<uint8_t>(groups[i] & 0xFF);
  }
  return {address, prefix};
}

// The first row that holds the address names it: narrow rows stand before wide ones.
constexpr Row kRows[] = {
    {v4(169, 254, 169, 254, 32), "cloud metadata"},
    {v4(169, 254, 170, 2, 32), "cloud metadata"},
    {v4(168, 63, 129, 16, 32), "cloud metadata"},
    {v4(100, 100, 100, 200, 32), "cloud metadata"},
    {v4(192, 0, 0, 192, 32), "cloud metadata"},
    {v4(0, 0, 0, 0, 32), "unspecified"},
    {v4(0, 0, 0, 0, 8), "this network"},
    {v4(10, 0, 0, 0, 8), "private"},
    {v4(100, 64, 0, 0, 10), "carrier-grade NAT"},
    {v4(127, 0, 0, 0, 8), "loopback"},
    {v4(169, 254, 0, 0, 16), "link-local"},
    {v4(172, 16, 0, 0, 12), "private"},
    {v4(192, 0, 0, 0, 24), "protocol assignments"},
    {v4(192, 0, 2, 0, 24), "documentation"},
    {v4(192, 88, 99, 0, 24), "6to4 relay"},
    {v4(192, 168, 0, 0, 16), "private"},
    {v4(198, 18, 0, 0, 15), "benchmarking"},
    {v4(198, 51, 100, 0, 24), "documentation"},
    {v4(203, 0, 113, 0, 24), "documentation"},
    {v4(224, 0, 0, 0, 4), "multicast"},
    {v4(255, 255, 255, 255, 32), "broadcast"},
    {v4(240, 0, 0, 0, 4), "reserved"},
    {v6({0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254}, 128), "cloud metadata"},
    {v6({0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254}, 128), "cloud metadata"},
    {v6({0, 0, 0, 0, 0, 0, 0, 0}, 128), "unspecified"},
    {v6({0, 0, 0, 0, 0, 0, 0, 1}, 128), "loopback"},
    {v6({0x64, 0xff9b, 1, 0, 0, 0, 0, 0}, 48), "local translation"},
    {v6({0x100, 0, 0, 0, 0, 0, 0, 0}, 64), "discard"},
    {v6({0x100, 0, 0, 1, 0, 0, 0, 0}, 64), "dummy prefix"},
    {v6({0x2001, 0, 0, 0, 0, 0, 0, 0}, 32), "Teredo"},
    {v6({0x2001, 0, 0, 0, 0, 0, 0, 0}, 23), "protocol assignments"},
    {v6({0x2001, 0x0db8, 0, 0, 0, 0, 0, 0}, 32), "documentation"},
    {v6({0x3fff, 0, 0, 0, 0, 0, 0, 0}, 20), "documentation"},
    {v6({0x5f00, 0, 0, 0, 0, 0, 0, 0}, 16), "segment routing"},
    {v6({0xfc00, 0, 0, 0, 0, 0, 0, 0}, 7), "unique local"},
    {v6({0xfe80, 0, 0, 0, 0, 0, 0, 0}, 10), "link-local"},
    {v6({0xfec0, 0, 0, 0, 0, 0, 0, 0}, 10), "site-local"},
    {v6({0xff00, 0, 0, 0, 0, 0, 0, 0}, 8), "multicast"},
};

// Where an IPv6 address carries an IPv4 address, and what the carrier itself is when the address
// inside is an ordinary one (empty: nothing special).
struct Carrier {
  IpNetwork network;
  size_t offset;
  std::string_view use;
};
constexpr Carrier kCarriers[] = {
    {v6({0, 0, 0, 0, 0, 0xffff, 0, 0}, 96), 12, ""},
    {v6({0, 0, 0, 0, 0, 0, 0, 0}, 96), 12, "IPv4-compatible"},
    {v6({0, 0, 0, 0, 0xffff, 0, 0, 0}, 96), 12, "IPv4-translated"},
    {v6({0x64, 0xff9b, 0, 0, 0, 0, 0, 0}, 96), 12, ""},
    {v6({0x2002, 0, 0, 0, 0, 0, 0, 0}, 16), 2, ""},
};

std::optional<std::string_view> listed(const IpAddress& address) {
  for (const Row& row : kRows) {
    if (row.network.contains(address)) return row.use;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> special_use(const IpAddress& address) {
  if (const auto use = listed(address)) return use;
  for (const Carrier& carrier : kCarriers) {
    if (!carrier.network.contains(address)) continue;
    IpAddress inner;
    std::copy_n(address.bytes.begin() + static_cast<std::ptrdiff_t>(carrier.offset), 4,
                inner.bytes.begin());
    if (const auto use = listed(inner)) return use;
    if (!carrier.use.empty()) return carrier.use;
  }
  return std::nullopt;
}

}  // namespace sbxc
