#include "compiler/automata/who_multiplies.h"

#include <gtest/gtest.h>

#include "compiler/automata/determinise.h"
#include "compiler/automata/domains.h"

namespace sbxc::automata {
namespace {

// `BYTE` and then `count` bytes of any kind at the end, anywhere before: 2^count states.
void add_window(Nfa& nfa, Origin origin, char of, int count) {
  nfa.set_origin(origin);
  const NfaState start = nfa.add_state();
  nfa.add_start(start);
  nfa.add_edge(start, all_bytes(), start);
  NfaState at = nfa.add_word(start, std::string(1, of));
  for (int i = 0; i < count; ++i) {
    const NfaState next = nfa.add_state();
    nfa.add_edge(at, all_bytes(), next);
    at = next;
  }
  nfa.add_mark(at, Mark{static_cast<uint32_t>(origin)});
}

// Many long words: many states, one for each byte.
void add_list(Nfa& nfa, Origin origin, int count) {
  nfa.set_origin(origin);
  const NfaState start = nfa.add_state();
  nfa.add_start(start);
  for (int i = 0; i < count; ++i) {
    const std::string word = "word" + std::to_string(1000 + i) + "behind" + std::to_string(i);
    nfa.add_mark(nfa.add_word(start, word), Mark{static_cast<uint32_t>(origin)});
  }
}

Overflow overflow_of(const Nfa& nfa) {
  const auto dfa =
      determinise(nfa, {.label = [](Marks) { return Label{1}; }}, every_word(), {.states = 20'000});
  return dfa ? Overflow{} : dfa.error();
}

TEST(WhoMultiplies, NamesOneThatDoesSoAlone) {
  Nfa nfa;
  add_list(nfa, Origin{7}, 300);
  add_window(nfa, Origin{3}, 'a', 18);
  add_list(nfa, Origin{9}, 300);
  const Overflow overflow = overflow_of(nfa);
  EXPECT_GT(overflow.states, 20'000U);
  EXPECT_EQ(overflow.first, Origin{3});
  EXPECT_EQ(overflow.second, Origin{3});
}

TEST(WhoMultiplies, NamesTwoThatDoSoTogether) {
  Nfa nfa;
  add_list(nfa, Origin{1}, 300);
  add_window(nfa, Origin{4}, 'a', 8);
  add_list(nfa, Origin{5}, 300);
  add_window(nfa, Origin{8}, 'b', 8);
  const Overflow overflow = overflow_of(nfa);
  EXPECT_EQ(std::minmax(overflow.first, overflow.second), std::minmax(Origin{4}, Origin{8}));
}

}  // namespace
}  // namespace sbxc::automata
