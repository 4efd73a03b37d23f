// Hosts beside a pattern: a name with one label more, one less, and one that only ends in the same
// bytes; the addresses around a network; the ports around each range.
#include <algorithm>

#include "compiler/boundaries/edge.h"
#include "compiler/decisions/address_range.h"
#include "compiler/decisions/port_map.h"

namespace sbxc {

namespace {

class HostEdges {
 public:
  HostEdges(const Policy* policy, const PortSet& ports)
      : policy_(policy), ports_(ports), port_(readable_port(ports)) {}

  void operator()(const ExactName& exact) { around(exact.name, "itself", exact.name); }
  void operator()(const Subdomains& below) {
    around("a." + below.suffix, "at `*`", below.suffix);
    add("b.a." + below.suffix, "at `*`");
    add(below.suffix, "without what `*` stands for");
  }
  void operator()(const AnyName&) {
    around("a.example", "itself", "");
    add(IpAddress::v4(192, 0, 2, 1), "an address");
  }
  void operator()(const IpNetwork& network) {
    const AddressRange range = range_of(network);
    around_ports(range.first, "its first address");
    add(range.last, "its last address");
    if (const auto behind = next(range.last)) add(*behind, "the address behind");
    if (range.first != every_address(range.first.v6).first) {
      add(previous(range.first), "the address before");
    }
    add(std::string("a.example"), "a name");
  }
  void operator()(const InList& in) {
    const HostList& list = policy_->lists[static_cast<size_t>(in.list)];
    for (size_t i = 0; i < std::min<size_t>(list.entries.size(), 4); ++i) {
      const HostList::Entry& entry = list.entries[i];
      const std::string name(list.name_of(entry));
      around(entry.subdomains ? "a." + name : name, "an entry of the list", name);
    }
    for (size_t i = 0; i < std::min<size_t>(list.networks.size(), 4); ++i) {
      (*this)(list.networks[i]);
    }
  }

  std::vector<HostEdge> take() { return std::move(out_); }

 private:
  void add(Host host, const std::string& where) {
    out_.push_back({HostRequest{std::move(host), port_}, where});
  }
  void around(const std::string& inside, const std::string& where, const std::string& name) {
    around_ports(inside, where);
    if (name.empty()) return;
    add("a." + name, "a name below");
    add("x" + name, "a name that ends in the same bytes");
    if (const size_t dot = name.find('.'); dot != std::string::npos) {
      add(name.substr(dot + 1), "the name above");
    }
  }
  void around_ports(const Host& host, const std::string& where) {
    add(host, where);
    for (const PortRange& range : ports_.ranges) {
      out_.push_back({HostRequest{host, range.low}, "its first port"});
      out_.push_back({HostRequest{host, range.high}, "its last port"});
      if (range.low > 1) {
        out_.push_back(
            {HostRequest{host, static_cast<uint16_t>(range.low - 1)}, "the port before"});
      }
      if (range.high < UINT16_MAX) {
        out_.push_back(
            {HostRequest{host, static_cast<uint16_t>(range.high + 1)}, "the port behind"});
      }
    }
  }

  const Policy* policy_;
  const PortSet& ports_;
  uint16_t port_;
  std::vector<HostEdge> out_;
};

}  // namespace

std::vector<HostEdge> host_edges(const Policy& policy, const ConnectPattern& pattern) {
  HostEdges edges(&policy, pattern.ports);
  for (const HostTest& test : pattern.hosts) std::visit(edges, test);
  return edges.take();
}

std::vector<HostEdge> host_edges(const ListenPattern& pattern) {
  HostEdges edges(nullptr, pattern.ports);
  for (const IpNetwork& network : pattern.addresses) edges(network);
  auto out = edges.take();
  std::erase_if(
      out, [](const HostEdge& edge) { return std::holds_alternative<std::string>(edge.at.host); });
  return out;
}

}  // namespace sbxc
