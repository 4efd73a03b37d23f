// Finds the behaviour of a number: ranges of numbers that behave alike, and a search tree over
// them.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "backends/seccomp/instruction.h"
#include "backends/seccomp/node_pool.h"

namespace sbxc::seccomp {

// Numbers `first` to the one before the next range's first, all with the same node.
struct CallRange {
  uint32_t first;
  uint32_t last;
  NodeId node;
};

// INVARIANT of the result: the ranges cover 0 to end - 1 without gap, neighbours differ. A number
// without a behaviour gets the refusal of a neighbour where that saves a range, else `missing`.
std::vector<CallRange> call_ranges(const std::map<uint32_t, NodeId>& behaviours, NodeId missing,
                                   const NodePool& pool);

struct Search {
  NodeId start;  // expects the number in A
  // Where numbers come out of the search: a comparison and its branch.
  std::map<std::pair<NodeId, bool>, std::vector<NumberRange>> exits;
};

// At least one range.
Search build_search(const std::vector<CallRange>& ranges, Arch arch, NodePool& pool);

}  // namespace sbxc::seccomp
