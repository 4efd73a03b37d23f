#include "backends/proxy/captured_ports.h"

#include <algorithm>

namespace sbxc {

namespace {

bool of_loopback(const IpNetwork& network) {
  static const IpNetwork kV4 = IpNetwork::of(IpAddress::v4(127, 0, 0, 0), 8);
  if (!network.address.v6) return network.prefix >= 8 && kV4.contains(network.address);
  IpAddress one{.v6 = true};
  one.bytes[15] = 1;
  return network.prefix == 128 && network.address == one;
}

bool names_loopback(const HostTest& test, const Policy& policy) {
  if (const auto* network = std::get_if<IpNetwork>(&test)) return of_loopback(*network);
  if (const auto* in = std::get_if<InList>(&test)) {
    const auto& networks = policy.lists[static_cast<size_t>(in->list)].networks;
    return std::any_of(networks.begin(), networks.end(), of_loopback);
  }
  return false;
}

void append(std::vector<PortRange>& all, const PortSet& ports) {
  all.insert(all.end(), ports.ranges.begin(), ports.ranges.end());
}

bool meet(const PortSet& a, const PortSet& b) {
  return std::any_of(a.ranges.begin(), a.ranges.end(), [&](const PortRange& one) {
    return std::any_of(b.ranges.begin(), b.ranges.end(), [&](const PortRange& other) {
      return one.low <= other.high && other.low <= one.high;
    });
  });
}

}  // namespace

CapturedPorts captured_ports(const Policy& policy, Os os) {
  std::vector<PortRange> all;
  std::vector<PortRange> loopback;
  std::vector<PortRange> listened;
  for (const Rule& rule : policy.rules) {
    if (rule.effect == Effect::deny || !rule.os.has(os)) continue;
    for (const Pattern& pattern : rule.patterns) {
      if (const auto* listen = std::get_if<ListenPattern>(&pattern)) {
        append(listened, listen->ports);
      }
      const auto* connect = std::get_if<ConnectPattern>(&pattern);
      if (connect == nullptr) continue;
      append(all, connect->ports);
      const auto& hosts = connect->hosts;
      if (std::any_of(hosts.begin(), hosts.end(),
                      [&](const HostTest& test) { return names_loopback(test, policy); })) {
        append(loopback, connect->ports);
      }
    }
  }
  CapturedPorts ports{.all = PortSet::of(std::move(all)),
                      .loopback = PortSet::of(std::move(loopback))};
  ports.listened = meet(ports.all, PortSet::of(std::move(listened)));
  return ports;
}

}  // namespace sbxc
