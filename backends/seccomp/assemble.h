// Gives nodes their places: a list of instructions with relative forward jumps.
#pragma once

#include <map>
#include <vector>

#include "backends/seccomp/instruction.h"
#include "backends/seccomp/node_pool.h"

namespace sbxc::seccomp {

struct Assembled {
  std::vector<Instruction> code;
  // Where a node stands; of one that was written twice, the later of them.
  std::map<NodeId, uint32_t> places;
};

Assembled assemble(const NodePool& pool, NodeId start);

}  // namespace sbxc::seccomp
