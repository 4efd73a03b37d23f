#include "compiler/automata/count.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "compiler/automata/determinise.h"
#include "compiler/automata/domains.h"
#include "compiler/automata/nfa.h"

namespace sbxc::automata {
namespace {

constexpr Label kNo{1};
constexpr Label kYes{2};

bool yes(Label label) { return label == kYes; }

Dfa of_words(const std::vector<std::string>& words) {
  Nfa nfa;
  const NfaState start = nfa.add_state();
  nfa.add_start(start);
  for (const std::string& word : words) nfa.add_mark(nfa.add_word(start, word), Mark{0});
  return determinise(nfa, {.label = [](Marks marks) { return marks.empty() ? kNo : kYes; }},
                     every_word(), {})
      .value();
}

// How many words up to `length` the automaton takes, one after the other. Bytes that share a class
// are counted once and multiplied.
double brute_force(const Dfa& dfa, State at, size_t length) {
  double count = yes(dfa.label(at)) ? 1 : 0;
  if (length == 0) return count;
  for (unsigned byte = 0; byte < 256; ++byte) {
    count += brute_force(dfa, dfa.step(at, static_cast<uint8_t>(byte)), length - 1);
  }
  return count;
}

TEST(Count, EmptyLanguageHasNoWords) {
  EXPECT_EQ(log2_words(of_words({}), yes), -INFINITY);
  EXPECT_EQ(log2_words(of_words({"abc"}), yes, 2), -INFINITY);
}

TEST(Count, OneWordIsNoBits) { EXPECT_EQ(log2_words(of_words({"/etc/hosts"}), yes), 0.0); }

TEST(Count, WordsOfEveryLengthAreCounted) {
  EXPECT_NEAR(log2_words(of_words({"a", "b", "ab", "abc"}), yes), 2.0, 1e-9);
}

TEST(Count, EveryWordUpToALength) {
  // 1 + 256 + 256²; and far beyond what a double can hold, where only the longest length counts.
  const Dfa every = Dfa::constant(kYes);
  EXPECT_NEAR(log2_words(every, yes, 2), std::log2(1 + 256 + 65536), 1e-9);
  EXPECT_NEAR(log2_words(every, yes, 1000), 8000 + std::log2(256.0 / 255.0), 1e-6);
}

TEST(Count, CanonicalPathsAgreeWithCountingThemOneByOne) {
  const auto inside = [](Label label) { return label == kInside; };
  // "/", "/x", "/xy" without "/.", "/.." and with no slash in front of another.
  const double two = 1 + (254 - 1);
  const double three = two + 254.0 * 254 - 1;
  EXPECT_NEAR(std::exp2(log2_words(canonical_paths(), inside, 2)), two, 1e-6);
  EXPECT_NEAR(std::exp2(log2_words(canonical_paths(), inside, 3)), three, 1e-4);
}

RC_GTEST_PROP(Count, AgreesWithBruteForce, ()) {
  const auto words = *rc::gen::container<std::vector<std::string>>(
      rc::gen::container<std::string>(rc::gen::element('a', 'b', '/')));
  const Dfa dfa = of_words(words);
  const auto length = *rc::gen::inRange<size_t>(0, 3);
  const double count = brute_force(dfa, dfa.start(), length);
  const double bits = log2_words(dfa, yes, length);
  if (count == 0) {
    RC_ASSERT(std::isinf(bits));
  } else {
    RC_ASSERT(std::abs(bits - std::log2(count)) < 1e-9);
  }
}

}  // namespace
}  // namespace sbxc::automata
