#include "compiler/automata/product.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "compiler/automata/domains.h"
#include "compiler/automata/random_nfa.h"
#include "compiler/automata/witness.h"

namespace sbxc::automata {
namespace {

using ::testing::ElementsAre;
using testing::random_nfa;
using testing::short_words;

const Folding kAnyMark{.label = [](Marks marks) { return Label{marks.empty() ? 1U : 2U}; }};

Dfa accepting(const Nfa& nfa, const Dfa& domain) { return *determinise(nfa, kAnyMark, domain, {}); }

bool is_two(Label label) { return label == Label{2}; }

RC_GTEST_PROP(Product, JoinsTheLabelsOfEveryWord, ()) {
  const Dfa a = accepting((*random_nfa()).build(), every_word());
  const Dfa b = accepting((*random_nfa()).build(), every_word());
  const auto both =
      product(a, b,
              [](Label x, Label y) {
                return Label{static_cast<uint32_t>(x) * 10 + static_cast<uint32_t>(y)};
              },
              {});
  RC_ASSERT(both.has_value());
  for (const std::string& word : short_words(4)) {
    const auto expected =
        static_cast<uint32_t>(a.decide(word)) * 10 + static_cast<uint32_t>(b.decide(word));
    RC_ASSERT(static_cast<uint32_t>(both->decide(word)) == expected);
  }
}

RC_GTEST_PROP(Product, DifferenceIsAShortestWordThatDiffers, ()) {
  const Dfa a = accepting((*random_nfa()).build(), every_word());
  const Dfa b = accepting((*random_nfa()).build(), every_word());
  const auto differ = shortest_difference(a, b, std::not_equal_to<Label>(), {});
  RC_ASSERT(differ.has_value());
  if (*differ) RC_ASSERT(a.decide(**differ) != b.decide(**differ));
  for (const std::string& word : short_words(4)) {
    if (*differ && word.size() >= (*differ)->size()) break;
    RC_ASSERT(a.decide(word) == b.decide(word));
  }
}

RC_GTEST_PROP(Product, SpentBudgetIsNoAnswer, ()) {
  const Dfa a = accepting((*random_nfa()).build(), every_word());
  const auto none = product(a, a, [](Label x, Label) { return x; }, {.states = 0});
  RC_ASSERT(!none.has_value());
}

Nfa words(const std::vector<std::string>& all) {
  Nfa nfa;
  const NfaState start = nfa.add_state();
  nfa.add_start(start);
  for (const std::string& word : all) nfa.add_mark(nfa.add_word(start, word), Mark{0});
  return nfa;
}

TEST(Witness, IsTheShortestAndMostReadableWord) {
  const Dfa dfa =
      accepting(words({"/zz", "/\x01q", "/b1", "/b2", "/b2c", "/longer"}), canonical_paths());
  EXPECT_EQ(shortest_word(dfa, is_two), "/b1");
  EXPECT_THAT(some_words(dfa, is_two, 2), ElementsAre("/b1", "/b2"));
}

TEST(Witness, IsACanonicalRequest) {
  Nfa nfa;
  const NfaState start = nfa.add_state();
  nfa.add_start(start);
  const NfaState any = nfa.add_word(start, "/media");
  nfa.add_edge(any, all_bytes(), any);
  nfa.add_mark(nfa.add_word(any, "/.Trash/0"), Mark{0});
  const auto word = shortest_word(accepting(nfa, canonical_paths()), is_two);
  ASSERT_TRUE(word.has_value());
  EXPECT_EQ(*word, "/media/.Trash/0");
}

TEST(Witness, EmptyLanguageHasNone) {
  const Dfa dfa = accepting(words({"/a/../b", "/a//b", "/a/", "rel", ""}), canonical_paths());
  EXPECT_TRUE(is_empty(dfa, is_two));
  EXPECT_EQ(shortest_word(dfa, is_two), std::nullopt);
}

TEST(Domains, CanonicalPathsAreThoseOfThePatternRoom) {
  for (const char* inside : {"/", "/a", "/.a", "/..a", "/...", "/a.", "/a/b", "/a/.b/c..", "/ "}) {
    EXPECT_NE(canonical_paths().decide(inside), kOutside) << inside;
  }
  for (const char* outside :
       {"", "a", "//", "/a/", "/.", "/..", "/a/.", "/a/../b", "/a//b", "./a"}) {
    EXPECT_EQ(canonical_paths().decide(outside), kOutside) << outside;
  }
  EXPECT_EQ(canonical_paths().decide(std::string("/a\0b", 4)), kOutside);
}

TEST(Domains, SocketNamesAreCanonicalPathsAndAbstractNames) {
  for (const char* inside : {"/run/x@y", "@a", "@/tmp/.X11-unix/X0", "@@", "@a/../b", "/@"}) {
    EXPECT_NE(socket_names().decide(inside), kOutside) << inside;
  }
  for (const char* outside : {"", "@", "a", "/a/", "/a/../b", "/.", "a@"}) {
    EXPECT_EQ(socket_names().decide(outside), kOutside) << outside;
  }
}

}  // namespace
}  // namespace sbxc::automata
