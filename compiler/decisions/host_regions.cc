// Patterns are read off the tree of names from the root down. Each node knows the ports that the
// patterns above it hold already: what it has beyond them is a pattern, what it lacks an exception.
// A pattern below an exception on the same ports would be taken out by it again; the union is still
// no more than the set then, but no longer all of it.
#include "compiler/decisions/host_regions.h"

#include <fmt/core.h>

#include <algorithm>

#include "compiler/decisions/address_range.h"

namespace sbxc {

namespace {

using automata::GlobSet;
using automata::Wanted;
using Node = HostSpace::Node;

// The wanted ports of each leaf.
class WantedPorts {
 public:
  WantedPorts(const HostSpace& space, const Wanted& wanted) {
    for (size_t i = 0; i < space.leaf_count(); ++i) {
      ports_.push_back(ports_where(space.ports(static_cast<HostSpace::Leaf>(i)), wanted));
    }
  }
  const PortSet& of(HostSpace::Leaf leaf) const { return ports_[static_cast<size_t>(leaf)]; }

 private:
  std::vector<PortSet> ports_;
};

struct AddressRegion {
  AddressRange range;
  PortSet ports;
};

// Neighbours with the same ports are one region, and so are those around the addresses that no
// request can have.
std::vector<AddressRegion> address_regions(const HostSpace& space, const WantedPorts& wanted,
                                           bool v6) {
  std::vector<AddressRegion> regions;
  const auto pieces = space.addresses(v6);
  const AddressRange mapped = mapped_addresses();
  bool adjacent = false;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (v6 && pieces[i].from == mapped.first) continue;
    const PortSet& ports = wanted.of(pieces[i].leaf);
    const IpAddress last =
        i + 1 < pieces.size() ? previous(pieces[i + 1].from) : every_address(v6).last;
    if (adjacent && !regions.empty() && regions.back().ports == ports) {
      regions.back().range.last = last;
    } else {
      regions.push_back({{pieces[i].from, last}, ports});
    }
    adjacent = true;
  }
  std::erase_if(regions, [](const AddressRegion& region) { return region.ports.ranges.empty(); });
  return regions;
}

std::string with_ports(const std::string& host, const PortSet& ports, Operation operation) {
  const bool usual = operation == Operation::connect && ports == PortSet::web();
  return usual ? host : fmt::format("{}:{}", host, ports.text());
}

// A name below `node` that no node of the space mentions.
std::string name_below(const HostSpace& space, Node node) {
  if (node == HostSpace::kRoot) {
    for (const char* top : {"com", "org", "net", "example"}) {
      const auto known = space.child(node, top);
      if (!known) return fmt::format("example.{}", top);
    }
  }
  const std::string name = space.name_of(node);
  for (size_t i = 0;; ++i) {  // a, b, …, z, aa, ab, …
    std::string label;
    for (size_t rest = i + 1; rest > 0; rest = (rest - 1) / 26) {
      label.insert(label.begin(), static_cast<char>('a' + (rest - 1) % 26));
    }
    if (space.child(node, label)) continue;
    if (!name.empty()) label.append(".").append(name);
    return label;
  }
}

size_t depth_of(const HostSpace& space, Node node) {
  size_t depth = 0;
  for (; node != HostSpace::kRoot; node = space.node(node).parent) ++depth;
  return depth;
}

class Patterns {
 public:
  Patterns(const HostSpace& space, Operation operation, const WantedPorts& wanted, size_t at_most)
      : space_(space), operation_(operation), wanted_(wanted), at_most_(at_most) {}

  GlobSet run() && {
    add_names();
    add_addresses();
    return std::move(out_);
  }

 private:
  struct Claimed {  // by patterns above, for the names below a node
    PortSet ports;
    PortSet excepted;  // by exceptions that are still in force there
  };

  void add_names() {
    std::vector<Claimed> claimed(space_.nodes().size());
    for (size_t i = 0; i < claimed.size(); ++i) {
      const auto id = static_cast<Node>(i);
      const HostSpace::NameNode& node = space_.node(id);
      const Claimed& above = claimed[static_cast<size_t>(node.parent)];
      const bool root = id == HostSpace::kRoot;
      if (!root) add(id, "", wanted_.of(node.exact), above);
      const PortSet& below = wanted_.of(node.below);
      const PortSet lost = add(id, root ? "*" : "*.", below, above);
      std::vector<PortRange> excepted = above.excepted.ranges;
      excepted.insert(excepted.end(), lost.ranges.begin(), lost.ranges.end());
      claimed[i] = {below, PortSet::of(std::move(excepted))};
    }
  }

  // What `node` has beyond `above` is a pattern; the ports that it lacks are an exception and the
  // result.
  PortSet add(Node node, const char* prefix, const PortSet& has, const Claimed& above) {
    if (has == above.ports) return {};
    const PortSet gained = without(has, above.ports);
    PortSet lost = without(above.ports, has);
    if (!gained.ranges.empty()) {
      add(out_.globs, prefix + space_.name_of(node), gained);
      if (overlap(gained, above.excepted)) out_.complete = false;
    }
    if (!lost.ranges.empty()) add(out_.except, prefix + space_.name_of(node), lost);
    return lost;
  }

  void add(std::vector<std::string>& to, const std::string& host, const PortSet& ports) {
    if (to.size() >= at_most_) {
      out_.complete = false;
      return;
    }
    to.push_back(with_ports(host, ports, operation_));
  }

  void add_addresses() {
    const auto v4 = address_regions(space_, wanted_, false);
    const auto v6 = address_regions(space_, wanted_, true);
    if (operation_ == Operation::listen && is_everything(v4) && is_everything(v6) &&
        v4.front().ports == v6.front().ports) {
      add(out_.globs, "*", v4.front().ports);
      return;
    }
    for (const auto* regions : {&v4, &v6}) {
      for (const AddressRegion& region : *regions) {
        for (const IpNetwork& network : networks_of(region.range)) {
          add(out_.globs, text(HostTest(network)), region.ports);
        }
      }
    }
  }

  static bool is_everything(const std::vector<AddressRegion>& regions) {
    if (regions.size() != 1) return false;
    const AddressRange all = every_address(regions.front().range.first.v6);
    return regions.front().range.first == all.first && regions.front().range.last == all.last;
  }

  const HostSpace& space_;
  Operation operation_;
  const WantedPorts& wanted_;
  size_t at_most_;
  GlobSet out_;
};

}  // namespace

bool is_empty(const HostSpace& space, const Wanted& wanted) {
  return some_hosts(space, wanted, 1).empty();
}

std::vector<HostRequest> some_hosts(const HostSpace& space, const Wanted& wanted, size_t count) {
  const WantedPorts ports(space, wanted);
  struct Candidate {
    size_t depth;
    size_t size;
    Node node;
    bool below;
  };
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < space.nodes().size(); ++i) {
    const auto id = static_cast<Node>(i);
    const HostSpace::NameNode& node = space.node(id);
    // What is as the names above say is part of their region.
    const PortSet* above =
        id == HostSpace::kRoot ? nullptr : &ports.of(space.node(node.parent).below);
    const auto is_own = [&](const PortSet& set) {
      return !set.ranges.empty() && (above == nullptr || set != *above);
    };
    const bool exact = is_own(ports.of(node.exact));
    const bool below = is_own(ports.of(node.below));
    if (!exact && !below) continue;
    const size_t depth = depth_of(space, id);
    const size_t size = space.name_of(id).size();
    if (exact) candidates.push_back({depth, size, id, false});
    if (below) candidates.push_back({depth + 1, size + 2, id, true});
  }
  const size_t kept = std::min(count, candidates.size());
  std::partial_sort(candidates.begin(), candidates.begin() + static_cast<ptrdiff_t>(kept),
                    candidates.end(), [](const Candidate& a, const Candidate& b) {
                      return std::tie(a.depth, a.size, a.node) < std::tie(b.depth, b.size, b.node);
                    });
  std::vector<HostRequest> hosts;
  for (size_t i = 0; i < kept; ++i) {
    const HostSpace::NameNode& node = space.node(candidates[i].node);
    const bool below = candidates[i].below;
    hosts.push_back(
        {below ? name_below(space, candidates[i].node) : space.name_of(candidates[i].node),
         readable_port(ports.of(below ? node.below : node.exact))});
  }
  for (const bool v6 : {false, true}) {
    for (const AddressRegion& region : address_regions(space, ports, v6)) {
      if (hosts.size() >= count) return hosts;
      hosts.push_back({readable_address(region.range), readable_port(region.ports)});
    }
  }
  return hosts;
}

GlobSet host_patterns_of(const HostSpace& space, Operation operation, const Wanted& wanted,
                         size_t at_most) {
  const WantedPorts ports(space, wanted);
  return Patterns(space, operation, ports, at_most).run();
}

}  // namespace sbxc
