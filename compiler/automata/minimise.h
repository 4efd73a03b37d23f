// The smallest automaton that says the same of every word: Hopcroft's algorithm (1971), the labels
// as the initial partition. States come out numbered in breadth-first order over classes in byte
// order, byte classes merged where no state tells them apart: equal languages give equal values.
#pragma once

#include "compiler/automata/dfa.h"

namespace sbxc::automata {

Dfa minimise(const Dfa& dfa);

// The last step of it, for an automaton of which no two states that words reach say the same: the
// states that words reach, numbered as met, breadth first, classes in order.
Dfa renumbered(const Dfa& dfa);

}  // namespace sbxc::automata
