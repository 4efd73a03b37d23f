// The hosts that a policy names and those one step beside them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "compiler/pattern/host_name.h"
#include "compiler/policy/policy.h"

namespace sbxc {

inline void add_name_and_neighbours(const std::string& name, std::set<std::string>& out) {
  std::set<std::string> near{name,       "a." + name, "a.b." + name, "x" + name,
                             name + "x", name + ".a", "a-" + name};
  if (name.size() > 1) {
    near.insert(name.substr(1));
    near.insert(name.substr(0, name.size() - 1));
  }
  if (const size_t dot = name.find('.'); dot != std::string::npos) {
    near.insert(name.substr(dot + 1));
    near.insert(name.substr(0, dot) + "-" + name.substr(dot + 1));
    near.insert(name.substr(0, name.rfind('.')));
  }
  for (const std::string& candidate : near) {
    const auto canonical = canonical_host_name(candidate);
    if (canonical && *canonical == candidate) out.insert(candidate);
  }
}

// Both ends of a network and the addresses just outside.
inline void add_network_edges(const IpNetwork& network, std::set<IpAddress>& out) {
  IpAddress last = network.address;
  for (size_t bit = network.prefix; bit < last.bits(); ++bit) {
    last.bytes[bit / 8] |= static_cast<uint8_t>(0x80U >> (bit % 8));
  }
  const auto step = [](IpAddress address, bool up) {
    for (size_t i = address.bits() / 8U; i-- > 0;) {
      address.bytes[i] = static_cast<uint8_t>(address.bytes[i] + (up ? 1 : -1));
      if (address.bytes[i] != (up ? 0 : 255)) break;
    }
    return address;
  };
  for (const IpAddress& end : {network.address, last}) {
    for (const IpAddress& address : {end, step(end, true), step(end, false)}) out.insert(address);
  }
}

inline std::vector<Host> hosts_near(const Policy& policy) {
  std::set<std::string> names{"localhost", "com", "zz"};
  std::set<IpAddress> addresses{*parse_ip("8.8.8.8").address, *parse_ip("2600::").address};
  const auto add = [&](const Pattern& pattern) {
    for (const HostTest& test : std::get<ConnectPattern>(pattern).hosts) {
      if (const auto* exact = std::get_if<ExactName>(&test)) {
        add_name_and_neighbours(exact->name, names);
      } else if (const auto* below = std::get_if<Subdomains>(&test)) {
        add_name_and_neighbours(below->suffix, names);
      } else if (const auto* net = std::get_if<IpNetwork>(&test)) {
        add_network_edges(*net, addresses);
      }
    }
  };
  for (const Rule& rule : policy.rules) {
    for (const Pattern& p : rule.patterns) add(p);
    for (const Pattern& p : rule.except) add(p);
  }
  for (const HostList& list : policy.lists) {
    for (const auto& entry : list.entries) {
      add_name_and_neighbours(std::string(list.name_of(entry)), names);
    }
    for (const IpNetwork& net : list.networks) add_network_edges(net, addresses);
  }
  std::vector<Host> hosts(names.begin(), names.end());
  for (const IpAddress& address : addresses) {
    if (!parse_ip(address.text()).address || *parse_ip(address.text()).address != address) continue;
    hosts.emplace_back(address);
  }
  return hosts;
}

}  // namespace sbxc
