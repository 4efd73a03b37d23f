// `sbxc show --stage nfa` and `dfa`: the automata behind one operation, as a list of states or for
// Graphviz. At most kStatesShown states; what is left out is counted.
#pragma once

#include <string>

#include "compiler/decisions/decisions.h"
#include "compiler/source/source.h"

namespace sbxc::driver {

inline constexpr size_t kStatesShown = 200;

struct AutomatonStage {
  const Policy& policy;
  const Sources& sources;
  Os os{};
  Operation operation{};  // is_about_words
  bool dot = false;
};

// What the patterns of the rules leave: nondeterministic, with the marks that mean rules.
std::string nfa_stage(const AutomatonStage& stage);
// What is decided: minimal, with verdicts.
Budgeted<std::string> dfa_stage(const AutomatonStage& stage);

}  // namespace sbxc::driver
