// What no choice of examples shows: that globs never claim a word too much, and that for sets that
// come out of policies they are nearly always the whole set.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <random>

#include "compiler/automata/glob_covers.h"
#include "compiler/automata/written_globs.h"

namespace sbxc::automata {
namespace {

using testing::matches;
using testing::set_of;
using testing::Texts;
using testing::Written;

const Texts& atoms() {
  static const Texts all{"a",  "b",    "ab",   "*",    "**",      "*.k",    "a*",
                         "?b", "[!a]", "[ab]", ".git", "**/.git", "**/*.k", "a/**"};
  return all;
}

// A glob of one to four atoms; `**` is never beside itself.
template <typename Pick>
std::string glob_text(size_t length, const Pick& pick) {
  std::string text;
  for (size_t i = 0; i < length; ++i) {
    const std::string& atom = atoms()[pick(atoms().size())];
    if (text.ends_with("**") && atom.starts_with("**")) continue;
    text += "/" + atom;
  }
  return text;
}

template <typename Pick>
Texts glob_texts(size_t count, const Pick& pick) {
  Texts all;
  for (size_t i = 0; i < count; ++i) all.push_back(glob_text(1 + pick(3), pick));
  return all;
}

// Every canonical path of up to three names over a small set of names.
std::vector<std::string> some_paths() {
  const Texts names{"a", "b", "ab", "bb", "c", "x.k", ".git", "a.k", ".k"};
  std::vector<std::string> paths{""};
  for (size_t begin = 0, depth = 0; depth < 3; ++depth) {
    const size_t end = paths.size();
    for (; begin < end; ++begin) {
      for (const std::string& name : names) paths.push_back(paths[begin] + "/" + name);
    }
  }
  paths[0] = "/";
  return paths;
}

std::vector<Written> parts_of(const GlobSet& globs) {
  std::vector<Written> parts{{globs.globs, globs.except}};
  for (const GlobPart& part : globs.also) parts.push_back({part.globs, part.except});
  return parts;
}

RC_GTEST_PROP(GlobsOfProperty, NeverClaimsAWordTooMuch, ()) {
  const auto pick = [](size_t below) { return *rc::gen::inRange<size_t>(0, below); };
  const std::vector<Written> policy{{glob_texts(1 + pick(2), pick), glob_texts(pick(2), pick)}};
  const WordSet set = set_of(policy);
  const GlobSet globs = path_globs_of(set, holds, 1 + pick(12));
  RC_LOG() << in_words(globs) << '\n';
  const WordSet said = set_of(globs);
  RC_ASSERT(is_subset(said, set));
  RC_ASSERT(globs.complete == (said == set));
}

RC_GTEST_PROP(GlobsOfProperty, AGlobThatCoversAnotherHoldsItsWords, ()) {
  const auto pick = [](size_t below) { return *rc::gen::inRange<size_t>(0, below); };
  const std::vector<Glob> globs = testing::parsed(glob_texts(6, pick));
  for (const Glob& big : globs) {
    const Glob& small = globs[pick(globs.size())];
    if (!covers(big, small)) continue;
    RC_ASSERT(is_subset(words_of({{.globs = {small}}}, GlobKind::path).value(),
                        words_of({{.globs = {big}}}, GlobKind::path).value()));
  }
}

// The words are asked of the reference matcher, from the text alone: no automaton has a say.
RC_GTEST_PROP(GlobsOfProperty, HoldsWhatTheReferenceMatcherFindsInItsText, ()) {
  static const std::vector<std::string> paths = some_paths();
  const auto pick = [](size_t below) { return *rc::gen::inRange<size_t>(0, below); };
  const std::vector<Written> policy{{glob_texts(1 + pick(2), pick), glob_texts(pick(2), pick)}};
  const GlobSet globs = path_globs_of(set_of(policy), holds);
  const std::vector<Written> parts = parts_of(globs);
  for (size_t i = pick(9); i < paths.size(); i += 9) {
    const bool expected = matches(policy, paths[i]);
    const bool said = matches(parts, paths[i]);
    if (globs.complete ? said != expected : said && !expected) {
      RC_FAIL(paths[i] + " is " + (expected ? "in" : "not in") +
              " the set, said: " + in_words(globs));
    }
  }
}

// Of 200 such sets with globs of up to four atoms 198 were told completely; a change that loses
// more is one to look at.
TEST(GlobsOfProperty, IsCompleteForNearlyEverySmallPolicy) {
  std::mt19937 random(20);
  const auto pick = [&](size_t below) { return random() % below; };
  int complete = 0;
  int short_ones = 0;
  constexpr int kSets = 60;
  for (int i = 0; i < kSets; ++i) {
    const WordSet a = set_of({{glob_texts(1 + pick(3), pick), glob_texts(pick(3), pick)}});
    const WordSet b = set_of({{glob_texts(1 + pick(3), pick), glob_texts(pick(3), pick)}});
    const GlobSet globs =
        path_globs_of(i % 2 == 0 ? a : SetSearch(GlobKind::path).minus(a, b).value(), holds);
    complete += globs.complete ? 1 : 0;
    short_ones += globs.complete && globs.globs.size() + globs.except.size() <= 6 ? 1 : 0;
  }
  std::cout << complete << " of " << kSets << " complete, " << short_ones << " in six globs\n";
  EXPECT_GE(complete, kSets * 95 / 100);
  EXPECT_GE(short_ones, kSets * 85 / 100);
}

}  // namespace
}  // namespace sbxc::automata
