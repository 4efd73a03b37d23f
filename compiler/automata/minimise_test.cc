#include "compiler/automata/minimise.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "compiler/automata/determinise.h"
#include "compiler/automata/domains.h"
#include "compiler/automata/product.h"
#include "compiler/automata/random_nfa.h"

namespace sbxc::automata {
namespace {

using testing::random_nfa;
using testing::short_words;

Dfa random_dfa() {
  const auto fold = [](Marks marks) {
    uint32_t label = 1;
    for (const Mark mark : marks) label |= 2U << static_cast<uint32_t>(mark);
    return Label{label};
  };
  return *determinise((*random_nfa()).build(), {.label = fold}, every_word(), {});
}

// Moore's algorithm: the number of classes of states that no word tells apart.
size_t classes_by_moore(const Dfa& dfa) {
  std::vector<uint32_t> block;
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    block.push_back(static_cast<uint32_t>(dfa.label(State{s})));
  }
  for (size_t before = 0;;) {
    std::map<std::vector<uint32_t>, uint32_t> ids;
    std::vector<uint32_t> next(dfa.size());
    for (uint32_t s = 0; s < dfa.size(); ++s) {
      std::vector<uint32_t> row{block[s]};
      for (uint32_t c = 0; c < dfa.classes().count; ++c) {
        row.push_back(block[static_cast<size_t>(dfa.by_class(State{s}, c))]);
      }
      next[s] = ids.try_emplace(row, static_cast<uint32_t>(ids.size())).first->second;
    }
    block = next;
    if (ids.size() == before) return before;
    before = ids.size();
  }
}

RC_GTEST_PROP(Minimise, KeepsWhatIsSaidOfEveryWord, ()) {
  const Dfa dfa = random_dfa();
  const Dfa small = minimise(dfa);
  for (const std::string& word : short_words(5)) RC_ASSERT(small.decide(word) == dfa.decide(word));
}

RC_GTEST_PROP(Minimise, FindsAsManyStatesAsMoore, ()) {
  const Dfa dfa = random_dfa();
  RC_ASSERT(minimise(dfa).size() == classes_by_moore(dfa));
}

RC_GTEST_PROP(Minimise, TwiceIsOnce, ()) {
  const Dfa small = minimise(random_dfa());
  RC_ASSERT(minimise(small) == small);
}

RC_GTEST_PROP(Minimise, EqualLanguagesGiveEqualValues, ()) {
  const Dfa a = random_dfa();
  const Dfa b = random_dfa();
  const auto differ = shortest_difference(a, b, std::not_equal_to<Label>(), {});
  RC_ASSERT(differ.has_value());
  RC_ASSERT((minimise(a) == minimise(b)) == !differ->has_value());
  const auto same = product(a, b, [](Label one, Label) { return one; }, {});
  RC_ASSERT(equivalent(*same, a));
}

TEST(Minimise, DropsStatesThatNoWordReaches) {
  const Dfa dfa(ByteClasses{}, {State{0}, State{1}}, {Label{1}, Label{2}}, State{0});
  EXPECT_EQ(minimise(dfa), Dfa::constant(Label{1}));
}

}  // namespace
}  // namespace sbxc::automata
