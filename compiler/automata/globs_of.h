// What is this set, as globs a person would write. Works on a language of canonical paths (or of
// names without `/`): looks for subtrees, literal directories, `*.ext` names and runs of components
// in the automaton, and turns the rest into `at least` a few globs.
#pragma once

#include <string>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/automata/witness.h"

namespace sbxc::automata {

struct GlobSet {
  // Each in the policy language's spelling. The union of `globs` minus the union of `except` is a
  // subset of the language, and the whole of it when `complete`.
  std::vector<std::string> globs;
  std::vector<std::string> except;
  bool complete = true;
};

inline constexpr size_t kMaxGlobs = 12;

GlobSet path_globs_of(const Dfa& dfa, const Wanted& wanted, size_t at_most = kMaxGlobs);
GlobSet name_globs_of(const Dfa& dfa, const Wanted& wanted, size_t at_most = kMaxGlobs);

}  // namespace sbxc::automata
