// Two sets of words side by side, walked only where the question is still open: most pairs of
// states of a large set and one glob are of words that the glob has given up long before.
#pragma once

#include <optional>

#include "compiler/automata/dfa.h"

namespace sbxc::automata {

// Of minimal automata with two labels (word_set.h). Nothing when more than so many pairs are
// walked.
std::optional<bool> any_in_both(const Dfa& a, const Dfa& b, size_t most_pairs);
std::optional<bool> all_within(const Dfa& a, const Dfa& b, size_t most_pairs);
// Minimal again.
std::optional<Dfa> difference(const Dfa& a, const Dfa& b, size_t most_pairs);

}  // namespace sbxc::automata
