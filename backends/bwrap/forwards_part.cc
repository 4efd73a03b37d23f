#include "backends/bwrap/forwards_part.h"

#include <algorithm>

namespace sbxc::bwrap {

namespace {

bool meet(const IpNetwork& a, const IpNetwork& b) {
  return a.address.v6 == b.address.v6 &&
         (a.prefix <= b.prefix ? a.contains(b.address) : b.contains(a.address));
}

PortSet minus(const PortSet& from, const PortSet& taken) {
  std::vector<PortRange> left = from.ranges;
  for (const PortRange& gone : taken.ranges) {
    std::vector<PortRange> rest;
    for (const PortRange& range : left) {
      if (range.low < gone.low) {
        rest.push_back({range.low, std::min(range.high, static_cast<uint16_t>(gone.low - 1))});
      }
      if (range.high > gone.high) {
        rest.push_back({std::max(range.low, static_cast<uint16_t>(gone.high + 1)), range.high});
      }
    }
    left = std::move(rest);
  }
  return PortSet::of(std::move(left));
}

enum class Reach : bool { any_of_it, all_of_it };

void take_away(const std::vector<Pattern>& patterns, const IpNetwork& address, Reach reach,
               PortSet& ports) {
  for (const Pattern& pattern : patterns) {
    const auto& listen = std::get<ListenPattern>(pattern);
    const bool here =
        std::any_of(listen.addresses.begin(), listen.addresses.end(), [&](const IpNetwork& other) {
          return meet(address, other) &&
                 (reach == Reach::any_of_it || other.prefix <= address.prefix);
        });
    if (here) ports = minus(ports, listen.ports);
  }
}

// What denials take from the ports at an address; what a denial excepts for all of it stays.
void deny(const Policy& policy, const IpNetwork& address, PortSet& ports) {
  for (const Rule& rule : policy.rules) {
    if (rule.operation != Operation::listen || rule.effect != Effect::deny || !rule.os.linux) {
      continue;
    }
    PortSet kept = ports;
    take_away(rule.patterns, address, Reach::any_of_it, kept);
    PortSet taken = minus(ports, kept);
    take_away(rule.except, address, Reach::all_of_it, taken);
    ports = minus(ports, taken);
  }
}

}  // namespace

std::vector<Forward> forwards_part(const Policy& policy) {
  std::vector<Forward> forwards;
  for (const Rule& rule : policy.rules) {
    if (rule.operation != Operation::listen || rule.effect != Effect::allow || !rule.os.linux) {
      continue;
    }
    for (const Pattern& pattern : rule.patterns) {
      const auto& listen = std::get<ListenPattern>(pattern);
      for (const IpNetwork& address : listen.addresses) {
        PortSet ports = listen.ports;
        take_away(rule.except, address, Reach::any_of_it, ports);
        deny(policy, address, ports);
        if (ports.ranges.empty()) continue;
        const std::string host = address.address.v6 ? "[" + address.text() + "]" : address.text();
        forwards.push_back({host + ":" + ports.text(), rule.id, address, ports});
      }
    }
  }
  return forwards;
}

}  // namespace sbxc::bwrap
