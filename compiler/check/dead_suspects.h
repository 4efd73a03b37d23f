// Patterns and exceptions of the policy's own rules that may change nothing. A request that a
// pattern alone decides shows that it does change something, and most patterns have one that is
// easily found: what is left is for the automata.
#pragma once

#include <vector>

#include "compiler/analysis/rule_unit.h"

namespace sbxc {

// All units, where to look at them would take longer than the automata do.
std::vector<RuleUnit> dead_suspects(const Policy& policy);

}  // namespace sbxc
