// A path table (runtime/path_table) of a policy's read, write and exec on one system: the product
// of the three decision automata, minimised and laid out.
#pragma once

#include <string>

#include "compiler/decisions/decisions.h"

namespace sbxc {

// The bytes of the table; equal policies give equal bytes.
Budgeted<std::string> build_path_table(const Policy& policy, Os os,
                                       const automata::Budget& budget = {});

// From decisions that are at hand: Dfas over canonical paths labelled by verdict.
Budgeted<std::string> build_path_table(const automata::Dfa& read, const automata::Dfa& write,
                                       const automata::Dfa& exec,
                                       const automata::Budget& budget = {});

}  // namespace sbxc
