// States of an NFA from which the same words lead to the same marks, made one. Patterns of one
// meaning end in the same ways: `/a/**` and `/b/**` in a state that loops on every byte, thousands
// of literal ones in a state without edges. Subsets that differ in such states alone would be
// different states of the determinised automaton; merged before, they are not.
#pragma once

#include "compiler/automata/nfa.h"

namespace sbxc::automata {

// Of merged states the first one's origin stays.
Nfa merge_alike(const Nfa& nfa);

}  // namespace sbxc::automata
