// A set as a union of rules, each globs without their exceptions: `/w/**` except `/w/.git/**`, and
// `/w/.git/objects/**`. Chosen greedily among guesses, most general first; every choice is checked,
// so that the union never holds a word that the set does not.
#pragma once

#include <vector>

#include "compiler/automata/word_set.h"

namespace sbxc::automata {

struct Cover {
  std::vector<GlobRule> rules;  // each globs of one rule, most general first
  bool complete = false;        // the union is the set
};

Cover cover(const WordSet& set, GlobKind kind, size_t at_most);

}  // namespace sbxc::automata
