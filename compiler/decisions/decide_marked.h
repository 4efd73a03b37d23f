// From marked rules to what they decide, for words and hosts: the step that verdicts, provenance
// and single patterns share.
#pragma once

#include "compiler/decisions/decisions.h"

namespace sbxc {

Budgeted<Decided> decide_marked(const Policy& policy, Operation operation, const MarkedRules& rules,
                                const automata::Budget& budget);

}  // namespace sbxc
