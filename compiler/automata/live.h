// Which states still lead to a word of the language: the rest is dead weight in every walk.
#pragma once

#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/automata/witness.h"

namespace sbxc::automata {

// By state number: whether some word from there ends in a wanted state.
std::vector<bool> live_states(const Dfa& dfa, const Wanted& wanted);

}  // namespace sbxc::automata
