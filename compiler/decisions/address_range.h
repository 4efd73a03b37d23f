// Ranges of addresses of one family: what a network covers, and back from a range to networks as a
// person writes them.
#pragma once

#include <optional>
#include <vector>

#include "compiler/pattern/ip_address.h"

namespace sbxc {

struct AddressRange {  // both ends included, of one family
  IpAddress first;
  IpAddress last;
};

AddressRange range_of(const IpNetwork& network);
AddressRange every_address(bool v6);
// ::ffff:0:0/96: no request has such an address, for it is the IPv4 address (law 10).
AddressRange mapped_addresses();

// The address behind, none behind the family's last.
std::optional<IpAddress> next(const IpAddress& address);
// The address before; not for the family's first.
IpAddress previous(const IpAddress& address);

// The fewest networks that cover exactly the range, in order.
std::vector<IpNetwork> networks_of(AddressRange range);

// Of the range, one that a person would recognise: an example address, a loopback address, or one
// that looks like a host rather than a network.
IpAddress readable_address(const AddressRange& range);

}  // namespace sbxc
