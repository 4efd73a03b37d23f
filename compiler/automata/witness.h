// Words of a language, shortest first and readable: what a person is shown as the request that
// proves a point. A word is in the language when `wanted` holds for its label.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/automata/dfa.h"

namespace sbxc::automata {

using Wanted = std::function<bool(Label)>;

bool is_empty(const Dfa& dfa, const Wanted& wanted);
// Of the shortest words the one with the most readable bytes, first byte first.
std::optional<std::string> shortest_word(const Dfa& dfa, const Wanted& wanted);
// Up to `count` words that differ in their way through the automaton, shortest first.
std::vector<std::string> some_words(const Dfa& dfa, const Wanted& wanted, size_t count);

}  // namespace sbxc::automata
