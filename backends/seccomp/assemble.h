// Gives nodes their places: a list of instructions with relative forward jumps.
#pragma once

#include <vector>

#include "backends/seccomp/instruction.h"
#include "backends/seccomp/node_pool.h"

namespace sbxc::seccomp {

struct Assembled {
  std::vector<Instruction> code;
  std::vector<NodeId> nodes;  // what each instruction stands for; kNoNode for a jump to it
};

Assembled assemble(const NodePool& pool, NodeId start);

}  // namespace sbxc::seccomp
