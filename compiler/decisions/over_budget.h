// What a person is told when the automata of a policy grow over the budget: the two rules whose
// patterns multiply each other.
#pragma once

#include "compiler/decisions/decisions.h"

namespace sbxc {

Diagnostic over_budget(const Policy& policy, const OverBudget& over);

}  // namespace sbxc
