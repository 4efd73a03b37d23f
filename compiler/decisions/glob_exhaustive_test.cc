// Every glob up to five atoms against every canonical path up to six bytes: the recursive reference
// matcher, the matcher that ships, the automaton and the minimised automaton say the same.
#include <gtest/gtest.h>

#include "compiler/automata/domains.h"
#include "compiler/automata/minimise.h"
#include "compiler/decisions/path_language.h"
#include "compiler/decisions/rule_marks.h"
#include "compiler/pattern/reference_matcher.h"

namespace sbxc {
namespace {

constexpr size_t kAtoms = 5;
constexpr size_t kBytes = 6;

// Behind a first slash, which every pattern has. What the parser refuses is no glob.
std::vector<std::pair<std::string, PathPattern>> every_glob() {
  std::vector<std::string> texts{""};
  for (size_t begin = 0, atoms = 0; atoms < kAtoms; ++atoms) {
    const size_t end = texts.size();
    for (size_t i = begin; i < end; ++i) {
      for (const char* atom : {"a", "b", "/", "*", "**", "?", "[ab]", "{a,b}"}) {
        texts.push_back(texts[i] + atom);
      }
    }
    begin = end;
  }
  std::vector<std::pair<std::string, PathPattern>> globs;
  for (const std::string& text : texts) {
    auto pattern = parse_path_pattern(PatternText::plain("/" + text));
    if (pattern) globs.emplace_back("/" + text, std::move(*pattern));
  }
  return globs;
}

std::vector<std::string> every_path() {
  std::vector<std::string> paths;
  std::vector<std::string> texts{""};
  for (size_t i = 0; i < texts.size(); ++i) {
    if (is_canonical_path(texts[i])) paths.push_back(texts[i]);
    if (texts[i].size() == kBytes) continue;
    for (const char c : {'a', 'b', '/'}) texts.push_back(texts[i] + c);
  }
  return paths;
}

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
  const auto globs = every_glob();
  const auto paths = every_path();
  ASSERT_GT(globs.size(), 5'000U);
  ASSERT_EQ(paths.size(), 139U);
  size_t disagreements = 0;
  for (const auto& [text, pattern] : globs) {
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
