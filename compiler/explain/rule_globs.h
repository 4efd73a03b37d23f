// What is allowed, in the globs of the policy's own rules: those of the grants, except those of the
// denials. Shorter and more familiar than globs made from an automaton, but only true of a policy
// whose rules say no more than that; so it is offered only when an automaton made of it is the
// same.
#pragma once

#include <optional>
#include <vector>

#include "compiler/automata/globs_of.h"
#include "compiler/decisions/decisions.h"

namespace sbxc {

// Of operations on words. `allowed` is what the policy, with everything outside `within` denied,
// decides; nothing is returned when the rules' globs do not say exactly that.
std::optional<automata::GlobSet> globs_of_rules(const Policy& policy, Os os, Operation operation,
                                                const std::vector<Pattern>& within,
                                                const Decided& allowed,
                                                const automata::Budget& budget = {});

}  // namespace sbxc
