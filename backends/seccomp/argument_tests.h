// The code for one call's behaviour: from clauses over 64-bit arguments to nodes over the 32-bit
// words that BPF can load.
#pragma once

#include "backends/seccomp/node_pool.h"

namespace sbxc::seccomp {

NodeId lower_behaviour(const Behaviour& behaviour, NodePool& pool);

}  // namespace sbxc::seccomp
