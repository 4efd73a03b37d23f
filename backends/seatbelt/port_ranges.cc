#include "backends/seatbelt/port_ranges.h"

namespace sbxc::seatbelt {

PortSet minus(const PortSet& from, const PortSet& away) {
  std::vector<PortRange> left;
  for (const PortRange& range : from.ranges) {
    uint32_t low = range.low;
    for (const PortRange& hole : away.ranges) {  // sorted and disjoint
      if (hole.high < low || hole.low > range.high) continue;
      if (hole.low > low)
        left.push_back({static_cast<uint16_t>(low), static_cast<uint16_t>(hole.low - 1)});
      low = uint32_t{hole.high} + 1;
    }
    if (low <= range.high) left.push_back({static_cast<uint16_t>(low), range.high});
  }
  return PortSet::of(std::move(left));
}

PortSet plus(const PortSet& a, const PortSet& b) {
  std::vector<PortRange> all = a.ranges;
  all.insert(all.end(), b.ranges.begin(), b.ranges.end());
  return PortSet::of(std::move(all));
}

size_t count(const PortSet& ports) {
  size_t sum = 0;
  for (const PortRange& range : ports.ranges) sum += size_t{range.high} - range.low + 1;
  return sum;
}

bool includes(const PortSet& wide, const PortSet& narrow) {
  return minus(narrow, wide).ranges.empty();
}

}  // namespace sbxc::seatbelt
