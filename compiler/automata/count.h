// How many words: a number of bits that says how wide a permission is, and by how many bits one is
// wider than another. Exact up to rounding: dynamic programming over lengths in log space.
#pragma once

#include "compiler/automata/dfa.h"
#include "compiler/automata/witness.h"

namespace sbxc::automata {

inline constexpr size_t kCountedLength = 64;  // bytes; longer words are not counted

// log2 of the number of words up to `length` bytes; negative infinity when there is none.
double log2_words(const Dfa& dfa, const Wanted& wanted, size_t length = kCountedLength);

}  // namespace sbxc::automata
