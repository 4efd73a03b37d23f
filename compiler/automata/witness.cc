#include "compiler/automata/witness.h"

#include "compiler/automata/pair_walk.h"

namespace sbxc::automata {

namespace {

// Calls `found` with every state that a wanted word ends in, nearest first, until it says stop.
template <typename Found>
void walk_wanted(const Dfa& dfa, const Wanted& wanted, const Found& found) {
  const Dfa one = Dfa::constant(kOutside);
  PairWalk walk(dfa, one);
  for (uint32_t at = 0; at < walk.pairs().size(); ++at) {
    if (wanted(dfa.label(walk.pairs()[at].a)) && !found(walk.word_to(at))) return;
    walk.step(at);
  }
}

}  // namespace

bool is_empty(const Dfa& dfa, const Wanted& wanted) { return !shortest_word(dfa, wanted); }

std::optional<std::string> shortest_word(const Dfa& dfa, const Wanted& wanted) {
  std::optional<std::string> word;
  walk_wanted(dfa, wanted, [&](std::string found) {
    word = std::move(found);
    return false;
  });
  return word;
}

std::vector<std::string> some_words(const Dfa& dfa, const Wanted& wanted, size_t count) {
  std::vector<std::string> words;
  walk_wanted(dfa, wanted, [&](std::string found) {
    if (words.size() < count) words.push_back(std::move(found));
    return words.size() < count;
  });
  return words;
}

}  // namespace sbxc::automata
