#include "compiler/automata/nfa_merge.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "compiler/automata/random_nfa.h"

namespace sbxc::automata {
namespace {

using testing::random_nfa;
using testing::RandomNfa;
using testing::short_words;

// The marks of a word, by following every way.
std::set<int> marks_of(const Nfa& nfa, const std::string& word) {
  std::set<NfaState> at(nfa.starts().begin(), nfa.starts().end());
  const auto close = [&] {
    std::vector<NfaState> pending(at.begin(), at.end());
    while (!pending.empty()) {
      const NfaState state = pending.back();
      pending.pop_back();
      for (const NfaState to : nfa.state(state).epsilon) {
        if (at.insert(to).second) pending.push_back(to);
      }
    }
  };
  close();
  for (const char c : word) {
    std::set<NfaState> next;
    for (const NfaState state : at) {
      for (const Nfa::Edge& edge : nfa.state(state).edges) {
        if (edge.bytes.test(static_cast<uint8_t>(c))) next.insert(edge.to);
      }
    }
    at = std::move(next);
    close();
  }
  std::set<int> marks;
  for (const NfaState state : at) {
    for (const Mark mark : nfa.state(state).marks) marks.insert(static_cast<int>(mark));
  }
  return marks;
}

RC_GTEST_PROP(NfaMerge, ChangesTheMarksOfNoWord, ()) {
  const RandomNfa random = *random_nfa();
  const Nfa nfa = random.build();
  const Nfa merged = merge_alike(nfa);
  RC_ASSERT(merged.states().size() <= nfa.states().size());
  for (const std::string& word : short_words(5)) {
    RC_ASSERT(marks_of(merged, word) == random.marks_of(word));
  }
}

// `word`, and everything below it.
void add_subtree(Nfa& nfa, std::string_view word, Mark mark) {
  const NfaState start = nfa.add_state();
  nfa.add_start(start);
  const NfaState end = nfa.add_word(start, word);
  const NfaState below = nfa.add_state();
  nfa.add_mark(end, mark);
  nfa.add_mark(below, mark);
  nfa.add_edge(end, byte('/'), below);
  nfa.add_edge(below, all_bytes(), below);
}

TEST(NfaMerge, SubtreesOfOneMarkEndInOneState) {
  Nfa nfa;
  add_subtree(nfa, "/a", Mark{0});
  add_subtree(nfa, "/b", Mark{0});
  // The two starts, what comes behind `/` of each, and one end for both: its `/`, and below.
  EXPECT_EQ(nfa.states().size(), 8U);
  EXPECT_EQ(merge_alike(nfa).states().size(), 6U);
}

TEST(NfaMerge, KeepsWhatDiffersInItsMarkAlone) {
  Nfa nfa;
  add_subtree(nfa, "/a", Mark{0});
  add_subtree(nfa, "/b", Mark{1});
  EXPECT_EQ(merge_alike(nfa).states().size(), 8U);
}

TEST(NfaMerge, EqualPatternsAreOne) {
  Nfa nfa;
  add_subtree(nfa, "/a/b", Mark{0});
  add_subtree(nfa, "/a/b", Mark{0});
  const Nfa merged = merge_alike(nfa);
  EXPECT_EQ(merged.states().size(), 6U);
  EXPECT_EQ(marks_of(merged, "/a/b/c"), std::set<int>{0});
}

TEST(NfaMerge, LeavesOutWhatNothingLeadsTo) {
  Nfa nfa;
  nfa.add_word(nfa.add_state(), "abc");
  nfa.add_start(nfa.add_state());
  EXPECT_EQ(merge_alike(nfa).states().size(), 1U);
}

}  // namespace
}  // namespace sbxc::automata
