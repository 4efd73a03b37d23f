// Two sets of words side by side, walked only where the question is still open: most pairs of
// states of a large set and one glob are of words that the glob has given up long before.
#pragma once

#include <optional>

#include "compiler/automata/dfa.h"

namespace sbxc::automata {

// How many pairs may be walked, and how many were.
struct PairBudget {
  size_t most = 0;
  size_t walked = 0;
};

// Of minimal automata with two labels (word_set.h). Nothing when the budget is spent.
std::optional<bool> any_in_both(const Dfa& a, const Dfa& b, PairBudget& budget);
std::optional<bool> all_within(const Dfa& a, const Dfa& b, PairBudget& budget);
// Minimal again.
std::optional<Dfa> difference(const Dfa& a, const Dfa& b, PairBudget& budget);

}  // namespace sbxc::automata
