#include "compiler/driver/forwardings.h"

#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace sbxc::driver {
namespace {

std::vector<IpAddress> own_addresses() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, &freeifaddrs);
  std::vector<IpAddress> addresses;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr) continue;
    IpAddress address;
    if (entry->ifa_addr->sa_family == AF_INET) {
      sockaddr_in v4{};
      std::memcpy(&v4, entry->ifa_addr, sizeof(v4));
      std::memcpy(address.bytes.data(), &v4.sin_addr, 4);
    } else if (entry->ifa_addr->sa_family == AF_INET6) {
      sockaddr_in6 v6{};
      std::memcpy(&v6, entry->ifa_addr, sizeof(v6));
      address.v6 = true;
      std::memcpy(address.bytes.data(), &v6.sin6_addr, 16);
    } else {
      continue;
    }
    addresses.push_back(address);
  }
  return addresses;
}

std::vector<IpAddress> places_in(const IpNetwork& network) {
  const int whole = network.address.v6 ? 128 : 32;
  if (network.prefix == 0 || network.prefix == whole) return {network.address};
  std::vector<IpAddress> places = own_addresses();
  std::erase_if(places, [&](const IpAddress& address) { return !network.contains(address); });
  return places;
}

}  // namespace

std::vector<egress::Forwarding> forwardings(const std::vector<bwrap::Forward>& forwards) {
  std::vector<egress::Forwarding> out;
  for (const bwrap::Forward& forward : forwards) {
    egress::Forwarding& made = out.emplace_back();
    made.addresses = places_in(forward.network);
    for (const PortRange& range : forward.ports.ranges)
      made.ports.push_back({range.low, range.high});
  }
  return out;
}

}  // namespace sbxc::driver
