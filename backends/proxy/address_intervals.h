// Networks as disjoint intervals of addresses, each with the list of what applies to it.
#pragma once

#include <vector>

#include "backends/proxy/entry_lists.h"
#include "backends/proxy/table_uses.h"

namespace sbxc {

struct Interval {
  IpAddress start;  // up to the next interval's start
  uint32_t list;    // of entries, or kNone
};

// The intervals of one address family, in order; the first starts at zero. None for no networks.
std::vector<Interval> intervals_of(const TableUses& uses, bool v6, EntryLists& lists);

}  // namespace sbxc
