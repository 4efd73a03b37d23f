// Subset construction with absorption (the law r | .* = .*), inside a domain, under a budget.
//
// The domain is the language of canonical requests: words outside get `kOutside`, and a state from
// which no request can be completed is not built. Absorption: an NFA state that accepts every
// continuation makes others irrelevant when all they could still add are marks that it has, or
// marks that the caller calls irrelevant beside them (an allow beside a deny). Sixteen
// `/a/**/NAME/**` rules need 65 states with it and 2.3 million without.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/automata/nfa.h"

namespace sbxc::automata {

using Marks = std::span<const Mark>;  // sorted, each once

struct Folding {
  // What a word with exactly these marks gets. Never kOutside. Pure.
  std::function<Label(Marks)> label;
  // Whether `other` can change nothing for a word that has all of `have`, whatever further marks
  // the word has. May be empty: then only marks that are in `have` are irrelevant.
  std::function<bool(Marks have, Mark other)> irrelevant{};
  // Whether every word that has some of these marks, and no others, gets the label of a word that
  // has none. May be empty: then that is never so.
  std::function<bool(Marks some)> futile{};
};

struct Budget {
  size_t states = 100'000;
  size_t members = 8'000'000;  // NFA states in all the subsets together, four bytes each
};

// The budget was spent. The two origins whose patterns keep the most states apart are named, so
// that a message can point at their rules; twice the same when there is only one.
struct Overflow {
  size_t states = 0;
  Origin first{};
  Origin second{};
};

template <typename T>
using Bounded = tl::expected<T, Overflow>;

// `domain` says kOutside or anything else.
Bounded<Dfa> determinise(const Nfa& nfa, const Folding& folding, const Dfa& domain,
                         const Budget& budget);

}  // namespace sbxc::automata
