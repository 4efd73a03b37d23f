// The smallest automaton that says the same of every word: Hopcroft's algorithm (1971), the labels
// as the initial partition. States come out numbered in breadth-first order over classes in byte
// order, byte classes merged where no state tells them apart: equal languages give equal values.
#pragma once

#include "compiler/automata/dfa.h"

namespace sbxc::automata {

Dfa minimise(const Dfa& dfa);

}  // namespace sbxc::automata
