#include "compiler/decisions/address_range.h"

#include <algorithm>
#include <array>

namespace sbxc {

namespace {

size_t length_of(const IpAddress& address) { return address.bits() / 8; }

IpAddress v6_address(std::array<uint8_t, 4> head, uint8_t tail) {
  IpAddress address{.v6 = true};
  std::copy(head.begin(), head.end(), address.bytes.begin());
  address.bytes[15] = tail;
  return address;
}

bool holds(const AddressRange& range, const IpAddress& address) {
  return range.first <= address && address <= range.last;
}

}  // namespace

AddressRange range_of(const IpNetwork& network) {
  AddressRange range{network.address, network.address};
  for (size_t bit = network.prefix; bit < network.address.bits(); ++bit) {
    range.last.bytes[bit / 8] |= static_cast<uint8_t>(0x80U >> (bit % 8));
  }
  return range;
}

AddressRange every_address(bool v6) { return range_of({IpAddress{.v6 = v6}, 0}); }

AddressRange mapped_addresses() {
  IpAddress address{.v6 = true};
  address.bytes[10] = address.bytes[11] = 0xFF;
  return range_of({address, 96});
}

std::optional<IpAddress> next(const IpAddress& address) {
  IpAddress out = address;
  for (size_t i = length_of(out); i-- > 0;) {
    if (++out.bytes[i] != 0) return out;
  }
  return std::nullopt;
}

IpAddress previous(const IpAddress& address) {
  IpAddress out = address;
  for (size_t i = length_of(out); i-- > 0;) {
    if (out.bytes[i]-- != 0) break;
  }
  return out;
}

std::vector<IpNetwork> networks_of(AddressRange range) {
  std::vector<IpNetwork> networks;
  for (;;) {
    // The shortest prefix that starts here and does not reach over the end.
    uint8_t prefix = range.first.bits();
    while (prefix > 0) {
      const IpNetwork wider = IpNetwork::of(range.first, static_cast<uint8_t>(prefix - 1));
      if (wider.address != range.first || range_of(wider).last > range.last) break;
      --prefix;
    }
    networks.push_back(IpNetwork::of(range.first, prefix));
    const auto behind = next(range_of(networks.back()).last);
    if (!behind || *behind > range.last) return networks;
    range.first = *behind;
  }
}

IpAddress readable_address(const AddressRange& range) {
  const std::array<IpAddress, 8> known{
      IpAddress::v4(192, 0, 2, 1), IpAddress::v4(127, 0, 0, 1),
      IpAddress::v4(10, 0, 0, 1),  IpAddress::v4(192, 168, 0, 1),
      IpAddress::v4(8, 8, 8, 8),   v6_address({0x20, 0x01, 0x0D, 0xB8}, 1),
      v6_address({0, 0, 0, 0}, 1), v6_address({0xFD, 0, 0, 0}, 1)};
  for (const IpAddress& address : known) {
    if (address.v6 == range.first.v6 && holds(range, address)) return address;
  }
  const auto second = next(range.first);
  const bool looks_like_network = range.first.bytes[length_of(range.first) - 1] == 0;
  return looks_like_network && second && holds(range, *second) ? *second : range.first;
}

}  // namespace sbxc
