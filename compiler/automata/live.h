// Which states still lead to a word of the language: the rest is dead weight in every walk.
#pragma once

#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/automata/witness.h"

namespace sbxc::automata {

// By state number: whether some word from there ends in a wanted state.
std::vector<bool> live_states(const Dfa& dfa, const Wanted& wanted);

// The same for several languages of one automaton, whose steps are turned around once.
class StepsBack {
 public:
  explicit StepsBack(const Dfa& dfa);  // which outlives this

  std::vector<bool> live(const Wanted& wanted) const;
  // `live`, and what ends in a wanted state besides.
  std::vector<bool> live(std::vector<bool> live, const Wanted& wanted) const;

 private:
  const Dfa& dfa_;
  std::vector<uint32_t> begin_;   // by state, and one more
  std::vector<uint32_t> before_;  // who steps there
};

}  // namespace sbxc::automata
