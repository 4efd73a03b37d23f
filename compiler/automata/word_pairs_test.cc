// What is asked of two sets of words is what a walk over all pairs of their states would say.
#include "compiler/automata/word_pairs.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "compiler/automata/determinise.h"
#include "compiler/automata/domains.h"
#include "compiler/automata/minimise.h"
#include "compiler/automata/product.h"
#include "compiler/automata/random_nfa.h"
#include "compiler/automata/word_set.h"

namespace sbxc::automata {
namespace {

// With a limit on pairs.
std::optional<Dfa> difference(const Dfa& a, const Dfa& b, size_t most) {
  PairBudget budget{most};
  return automata::difference(a, b, budget);
}
std::optional<bool> any_in_both(const Dfa& a, const Dfa& b, size_t most) {
  PairBudget budget{most};
  return automata::any_in_both(a, b, budget);
}
std::optional<bool> all_within(const Dfa& a, const Dfa& b, size_t most) {
  PairBudget budget{most};
  return automata::all_within(a, b, budget);
}

constexpr size_t kMany = 10'000;

// Of words that have the mark 0; every word when that is so of all, and none among them.
WordSet random_set() {
  const auto fold = [](Marks marks) {
    return Label{!marks.empty() && marks.front() == Mark{0} ? 2U : 1U};
  };
  const Dfa dfa = *determinise((*testing::random_nfa()).build(), {.label = fold}, every_word(), {});
  const auto inside = [](Label label) { return label == Label{2} ? kInside : kOutside; };
  return minimise(relabel(dfa, inside));
}

WordSet by_all_pairs(const WordSet& a, const WordSet& b) {
  const auto only_first = [](Label one, Label other) { return holds(other) ? kOutside : one; };
  return minimise(*product(a, b, only_first, {}));
}

RC_GTEST_PROP(WordPairs, SubtractAsAWalkOverAllPairsDoes, ()) {
  const WordSet a = random_set();
  const WordSet b = random_set();
  RC_ASSERT(difference(a, b, kMany) == by_all_pairs(a, b));
}

RC_GTEST_PROP(WordPairs, SubtractPartsAsAWalkOverAllPairsDoes, ()) {
  const WordSet a = random_set();
  const WordSet b = random_set();
  const WordSet part = by_all_pairs(a, b);
  RC_ASSERT(difference(a, part, kMany) == by_all_pairs(a, part));
}

RC_GTEST_PROP(WordPairs, MeetInAWordOfBoth, ()) {
  const WordSet a = random_set();
  const WordSet b = random_set();
  const auto both = shortest_difference(
      a, b, [](Label one, Label other) { return holds(one) && holds(other); }, {});
  RC_ASSERT(any_in_both(a, b, kMany) == both->has_value());
}

RC_GTEST_PROP(WordPairs, AreWithinWhenNothingIsLeft, ()) {
  const WordSet a = random_set();
  const WordSet b = random_set();
  RC_ASSERT(all_within(a, b, kMany) == no_words(by_all_pairs(a, b)));
  RC_ASSERT(all_within(by_all_pairs(a, b), a, kMany) == true);
}

TEST(WordPairs, KeepWhatAGlobOfManyTakesNothingFrom) {
  const auto glob = [](const char* name) {
    return Glob{GlobKind::path, {NameGlob{{std::string(name)}}, std::nullopt}};
  };
  const WordSet many = *words_of({{.globs = {glob("a"), glob("b"), glob("c")}}}, GlobKind::path);
  const WordSet one = *words_of({{.globs = {glob("b")}}}, GlobKind::path);
  const WordSet rest = *words_of({{.globs = {glob("a"), glob("c")}}}, GlobKind::path);
  EXPECT_EQ(difference(many, one, kMany), rest);
  EXPECT_EQ(difference(rest, one, kMany), rest);
}

TEST(WordPairs, SayNothingBeyondTheirLimit) {
  const auto glob = [](const char* name) {
    return Glob{GlobKind::path, {std::nullopt, NameGlob{{std::string(name)}}}};
  };
  const WordSet a = *words_of({{.globs = {glob("abc")}}}, GlobKind::path);
  const WordSet b = *words_of({{.globs = {glob("abd")}}}, GlobKind::path);
  EXPECT_EQ(difference(a, b, 3), std::nullopt);
  EXPECT_EQ(any_in_both(a, b, 3), std::nullopt);
  EXPECT_EQ(all_within(a, a, 3), std::nullopt);
}

}  // namespace
}  // namespace sbxc::automata
