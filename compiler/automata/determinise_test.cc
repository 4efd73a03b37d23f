#include "compiler/automata/determinise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "compiler/automata/domains.h"
#include "compiler/automata/minimise.h"
#include "compiler/automata/random_nfa.h"

namespace sbxc::automata {
namespace {

using testing::random_nfa;
using testing::RandomNfa;
using testing::short_words;

// Marks as bits, one up, so that no set of marks is kOutside.
Label bits(Marks marks) {
  uint32_t label = 1;
  for (const Mark mark : marks) label |= 2U << static_cast<uint32_t>(mark);
  return Label{label};
}
uint32_t bits(const std::set<int>& marks) {
  uint32_t label = 1;
  for (const int mark : marks) label |= 2U << mark;
  return label;
}

// Mark 2 is a deny: beside it nothing matters.
const Folding kDenyWins{
    .label =
        [](Marks marks) {
          const auto has = [&](uint32_t m) {
            return std::find(marks.begin(), marks.end(), Mark{m}) != marks.end();
          };
          return has(2) ? Label{1} : has(0) || has(1) ? Label{3} : Label{2};
        },
    .irrelevant = [](Marks have,
                     Mark) { return std::find(have.begin(), have.end(), Mark{2}) != have.end(); }};

RC_GTEST_PROP(Determinise, SaysOfEveryWordWhatTheNfaSays, ()) {
  const RandomNfa nfa = *random_nfa();
  const auto dfa =
      determinise(nfa.build(), {.label = [](Marks m) { return bits(m); }}, every_word(), {});
  RC_ASSERT(dfa.has_value());
  for (const std::string& word : short_words(5)) {
    RC_ASSERT(static_cast<uint32_t>(dfa->decide(word)) == bits(nfa.marks_of(word)));
  }
}

RC_GTEST_PROP(Determinise, IrrelevantMarksChangeNoLabel, ()) {
  const RandomNfa nfa = *random_nfa();
  Folding plain = kDenyWins;
  plain.irrelevant = nullptr;
  const auto absorbed = determinise(nfa.build(), kDenyWins, every_word(), {});
  const auto full = determinise(nfa.build(), plain, every_word(), {});
  RC_ASSERT(absorbed && full);
  RC_ASSERT(minimise(*absorbed) == minimise(*full));
  RC_ASSERT(absorbed->size() <= full->size());
}

RC_GTEST_PROP(Determinise, FutileMarksChangeNoLabel, ()) {
  const RandomNfa nfa = *random_nfa();
  Folding folding = kDenyWins;  // without 0 and 1, which grant, a deny changes nothing
  folding.label = [](Marks marks) {
    const Label label = kDenyWins.label(marks);
    return label == Label{3} ? label : Label{1};
  };
  Folding full = folding;
  folding.futile = [](Marks some) {
    return std::none_of(some.begin(), some.end(), [](Mark mark) { return mark != Mark{2}; });
  };
  const auto pruned = determinise(nfa.build(), folding, every_word(), {});
  const auto whole = determinise(nfa.build(), full, every_word(), {});
  RC_ASSERT(pruned && whole);
  RC_ASSERT(minimise(*pruned) == minimise(*whole));
  RC_ASSERT(pruned->size() <= whole->size());
}

TEST(Determinise, DenialsWhereNothingCanBeAllowedTakeNoStates) {
  Nfa nfa;
  const NfaState start = nfa.add_state();
  nfa.add_start(start);
  nfa.add_mark(nfa.add_word(start, "/a"), Mark{0});
  nfa.add_mark(nfa.add_word(start, "/b/a/very/long/name"), Mark{2});
  Folding folding = kDenyWins;
  folding.label = [](Marks marks) {
    return Label{marks.empty() || marks.back() == Mark{2} ? 1U : 2U};
  };
  folding.futile = [](Marks some) { return some.empty() || some.front() == Mark{2}; };
  const auto dfa = determinise(nfa, folding, every_word(), {});
  ASSERT_TRUE(dfa.has_value());
  EXPECT_EQ(dfa->size(), 4U);  // at the start, behind `/`, behind `/a`, elsewhere
}

RC_GTEST_PROP(Determinise, StaysInsideItsDomain, ()) {
  const RandomNfa nfa = *random_nfa();
  const auto dfa =
      determinise(nfa.build(), {.label = [](Marks m) { return bits(m); }}, canonical_paths(), {});
  RC_ASSERT(dfa.has_value());
  for (const std::string& word : short_words(5)) {
    const bool inside = canonical_paths().decide(word) != kOutside;
    const uint32_t expected = inside ? bits(nfa.marks_of(word)) : 0;
    RC_ASSERT(static_cast<uint32_t>(dfa->decide(word)) == expected);
  }
}

// `/a/**/NAMEi/**`, i below count, each from its own origin and with its own mark if `own_marks`.
Nfa subtrees_below(size_t count, bool own_marks) {
  Nfa nfa;
  for (uint32_t i = 0; i < count; ++i) {
    nfa.set_origin(Origin{i});
    const NfaState start = nfa.add_state();
    nfa.add_start(start);
    const NfaState anywhere = nfa.add_word(start, "/a");
    nfa.add_edge(anywhere, all_bytes(), anywhere);
    const NfaState end = nfa.add_word(anywhere, "/NAME" + std::to_string(i));
    const NfaState below = nfa.add_state();
    const Mark mark{own_marks ? i : 0};
    nfa.add_mark(end, mark);
    nfa.add_edge(end, byte('/'), below);
    nfa.add_mark(below, mark);
    nfa.add_edge(below, all_bytes(), below);
  }
  return nfa;
}

// Both loop on every byte with mark 0; one of them leads to mark 1 as well.
TEST(Determinise, KeepsAUniversalStateThatLeadsToOtherMarks) {
  for (const bool leader_first : {true, false}) {
    Nfa nfa;
    const NfaState one = nfa.add_state();
    const NfaState other = nfa.add_state();
    for (const NfaState state : {one, other}) {
      nfa.add_start(state);
      nfa.add_mark(state, Mark{0});
      nfa.add_edge(state, all_bytes(), state);
    }
    const NfaState leader = leader_first ? one : other;
    nfa.add_mark(nfa.add_word(leader, "ab"), Mark{1});
    const auto dfa = determinise(nfa, {.label = [](Marks m) { return bits(m); }}, every_word(), {});
    ASSERT_TRUE(dfa.has_value());
    EXPECT_EQ(static_cast<uint32_t>(dfa->decide("xab")), 7U);
    EXPECT_EQ(static_cast<uint32_t>(dfa->decide("xa")), 3U);
  }
}

TEST(Determinise, SixteenSubtreesAnywhereBelowNeedFewStates) {
  const auto dfa = determinise(subtrees_below(16, false),
                               {.label = [](Marks m) { return bits(m); }}, canonical_paths(), {});
  ASSERT_TRUE(dfa.has_value());
  EXPECT_LT(dfa->size(), 200U);
  EXPECT_EQ(static_cast<uint32_t>(dfa->decide("/a/x/NAME12/y")), 3U);
  EXPECT_EQ(static_cast<uint32_t>(dfa->decide("/a/x/NAME1x/y")), 1U);
}

TEST(Determinise, SpentBudgetNamesTwoOriginsThatMultiply) {
  Nfa nfa = subtrees_below(16, true);
  nfa.set_origin(Origin{99});  // an innocent bystander
  const NfaState start = nfa.add_state();
  nfa.add_start(start);
  nfa.add_mark(nfa.add_word(start, "/b"), Mark{16});
  const auto dfa = determinise(nfa, {.label = [](Marks) { return Label{1}; }}, canonical_paths(),
                               {.states = 2000});
  ASSERT_FALSE(dfa.has_value());
  EXPECT_GT(dfa.error().states, 2000U);
  EXPECT_NE(dfa.error().first, dfa.error().second);
  EXPECT_NE(dfa.error().first, Origin{99});
  EXPECT_NE(dfa.error().second, Origin{99});
}

TEST(Determinise, BudgetOfMembersHoldsToo) {
  const auto dfa = determinise(subtrees_below(16, true), {.label = [](Marks) { return Label{1}; }},
                               canonical_paths(), {.states = 1'000'000, .members = 50'000});
  EXPECT_FALSE(dfa.has_value());
}

}  // namespace
}  // namespace sbxc::automata
