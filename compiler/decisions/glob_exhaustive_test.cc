// Every glob up to five atoms against every canonical path up to six bytes: the recursive reference
// matcher, the matcher that ships, the automaton and the minimised automaton say the same.
#include <gtest/gtest.h>

#include "compiler/automata/domains.h"
#include "compiler/automata/minimise.h"
#include "compiler/decisions/path_language.h"
#include "compiler/decisions/rule_marks.h"
#include "compiler/pattern/short_globs_for_test.h"

namespace sbxc {
namespace {

constexpr automata::Mark kMark{0};
constexpr automata::Label kHeld = label_of(Effect::allow);
constexpr automata::Label kNotHeld = label_of(Effect::deny);

automata::Dfa automaton_of(const PathPattern& pattern) {
  automata::Nfa nfa;
  GlobLanguage language(nfa);
  language.add(pattern, kMark);
  const automata::Folding folding{
      .label = [](automata::Marks marks) { return marks.empty() ? kNotHeld : kHeld; }};
  auto dfa = automata::determinise(nfa, folding, automata::canonical_paths(), {});
  if (!dfa) throw std::runtime_error("over budget");
  return std::move(*dfa);
}

TEST(Globs, OfFiveAtomsAgreeInEveryFormOnEveryPathOfSixBytes) {  // L5
  const auto globs = short_globs::globs();
  const auto paths = short_globs::paths();
  ASSERT_GT(globs.size(), 10'000U);
  ASSERT_EQ(paths.size(), 139U);
  size_t disagreements = 0;
  for (const std::string& text : globs) {
    const PathPattern pattern = parse_path_pattern(PatternText::plain(text)).value();
    const auto reference = reference::compile(text);
    const automata::Dfa dfa = automaton_of(pattern);
    const automata::Dfa least = automata::minimise(dfa);
    for (const std::string& path : paths) {
      const bool expected = reference::matches(reference, path);
      const automata::Label label = expected ? kHeld : kNotHeld;
      if (pattern.matches(path) == expected && dfa.decide(path) == label &&
          least.decide(path) == label) {
        continue;
      }
      ADD_FAILURE() << text << (expected ? " holds " : " does not hold ") << path
                    << "; matcher: " << pattern.matches(path)
                    << ", automaton: " << (dfa.decide(path) == kHeld)
                    << ", minimised: " << (least.decide(path) == kHeld);
      ASSERT_LT(++disagreements, 10U);
    }
  }
}

}  // namespace
}  // namespace sbxc
