// A name and its subdomains, a subtree and its root, the directory above it, one component and
// many, one of the globs in braces lost, one of several ports, the end of a range of ports, usual
// ports and all. Of unix sockets and system calls there are none: their patterns can only be lost.
#include "compiler/analysis/pattern_faults.h"

#include <optional>

namespace sbxc {

namespace {

bool is_star(const Component& component) {
  const auto* name = std::get_if<NameGlob>(&component);
  return name != nullptr && name->atoms.size() == 1 &&
         std::holds_alternative<AnyRun>(name->atoms.front());
}

bool is_globstar(const Component& component) {
  return std::holds_alternative<AnyComponents>(component);
}

bool is_name(const Component& component) {
  const auto* name = std::get_if<NameGlob>(&component);
  return name != nullptr && name->literal();
}

// Other forms of one glob, wider or narrower.
std::vector<PathGlob> neighbours(const PathGlob& glob) {
  std::vector<PathGlob> out;
  const auto& parts = glob.components;
  if (parts.empty()) return out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!is_star(parts[i])) continue;
    const bool beside =
        (i > 0 && is_globstar(parts[i - 1])) || (i + 1 < parts.size() && is_globstar(parts[i + 1]));
    if (beside) continue;
    out.push_back(glob);
    out.back().components[i] = AnyComponents{};
  }
  if (is_globstar(parts.back())) {
    out.push_back(glob);
    out.back().components.pop_back();  // the root alone
    out.push_back(glob);
    out.back().components.back() = NameGlob{{AnyRun{}}};  // one level
    if (parts.size() > 2 && is_name(parts[parts.size() - 2]) && is_name(parts[parts.size() - 3])) {
      out.push_back(glob);
      out.back().components.erase(out.back().components.end() - 2);  // the directory above
    }
  } else if (parts.size() > 1 && !is_globstar(parts[parts.size() - 2])) {
    out.push_back(glob);
    out.back().components.back() = AnyComponents{};  // the whole directory
  }
  return out;
}

std::vector<Pattern> neighbours(const PathPattern& pattern) {
  std::vector<Pattern> out;
  for (size_t i = 0; i < pattern.globs.size(); ++i) {
    for (PathGlob& glob : neighbours(pattern.globs[i])) {
      PathPattern other = pattern;
      other.globs[i] = std::move(glob);
      out.emplace_back(std::move(other));
    }
    if (pattern.globs.size() == 1) continue;
    PathPattern fewer = pattern;
    fewer.globs.erase(fewer.globs.begin() + static_cast<std::ptrdiff_t>(i));
    out.emplace_back(std::move(fewer));
  }
  return out;
}

std::vector<PortSet> neighbours(const PortSet& ports) {
  std::vector<PortSet> out;
  if (ports == PortSet::any()) return out;
  out.push_back(PortSet::any());
  if (ports == PortSet::web()) return out;  // nobody wrote these
  const auto with = [&](size_t i, std::optional<PortRange> range) {
    std::vector<PortRange> ranges = ports.ranges;
    ranges.erase(ranges.begin() + static_cast<std::ptrdiff_t>(i));
    if (range) ranges.push_back(*range);
    out.push_back(PortSet::of(std::move(ranges)));
  };
  for (size_t i = 0; i < ports.ranges.size(); ++i) {
    const auto [low, high] = ports.ranges[i];
    if (ports.ranges.size() > 1) with(i, std::nullopt);
    if (low == high) continue;
    with(i, PortRange{static_cast<uint16_t>(low + 1), high});
    with(i, PortRange{low, static_cast<uint16_t>(high - 1)});
  }
  return out;
}

template <typename HasPorts>
void add_other_ports(const HasPorts& pattern, std::vector<Pattern>& out) {
  for (PortSet& ports : neighbours(pattern.ports)) {
    HasPorts other = pattern;
    other.ports = std::move(ports);
    out.emplace_back(std::move(other));
  }
}

std::vector<Pattern> neighbours(const ConnectPattern& pattern) {
  std::vector<Pattern> out;
  const auto with_host = [&](size_t i, HostTest host) {
    ConnectPattern other = pattern;
    other.hosts[i] = std::move(host);
    out.emplace_back(std::move(other));
  };
  for (size_t i = 0; i < pattern.hosts.size(); ++i) {
    if (const auto* exact = std::get_if<ExactName>(&pattern.hosts[i])) {
      with_host(i, Subdomains{exact->name});
    } else if (const auto* below = std::get_if<Subdomains>(&pattern.hosts[i])) {
      with_host(i, ExactName{below->suffix});
    } else if (const auto* network = std::get_if<IpNetwork>(&pattern.hosts[i])) {
      if (network->prefix < 8) continue;
      with_host(i, IpNetwork::of(network->address, static_cast<uint8_t>(network->prefix - 8)));
    }
  }
  add_other_ports(pattern, out);
  return out;
}

std::vector<Pattern> neighbours(const ListenPattern& pattern) {
  std::vector<Pattern> out;
  add_other_ports(pattern, out);
  return out;
}

std::vector<Pattern> neighbours(const NamePattern& pattern) {
  std::vector<Pattern> out;
  for (size_t i = 0; i < pattern.globs.size(); ++i) {
    if (!pattern.globs[i].literal()) continue;
    NamePattern other = pattern;
    other.globs[i].atoms.emplace_back(AnyRun{});
    out.emplace_back(std::move(other));
  }
  return out;
}

template <typename Other>
std::vector<Pattern> neighbours(const Other&) {
  return {};
}

}  // namespace

std::vector<Pattern> pattern_faults(const Pattern& pattern) {
  return std::visit([](const auto& one) { return neighbours(one); }, pattern);
}

}  // namespace sbxc
