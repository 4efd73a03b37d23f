// From marked rules to what they decide, for words and hosts: the step that verdicts, provenance
// and single patterns share.
#pragma once

#include "compiler/decisions/decisions.h"

namespace sbxc {

// Of words: each pattern leaves its mark, and a state's origin is its rule. Other patterns are left
// out.
automata::Nfa nfa_of(std::span<const MarkedPatterns> rules);

Budgeted<Decided> decide_marked(const Policy& policy, Operation operation, const MarkedRules& rules,
                                const automata::Budget& budget);

}  // namespace sbxc
