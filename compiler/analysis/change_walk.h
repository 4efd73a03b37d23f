// A rule changed, and the others as they are: the words whose verdict that changes, found on a walk
// through two automata side by side that leaves out every way on which the rule says what it said.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/other_rules.h"
#include "compiler/decisions/verdict_classes.h"

namespace sbxc {

// Labels of an automaton that says of each word whether the rule held it, and holds it now.
constexpr automata::Label change_label(bool before, bool after) {
  return automata::Label{1U + (before ? 1U : 0U) + (after ? 2U : 0U)};
}

struct RuleChange {
  RuleId rule{};
  Operation operation{};
  const automata::Dfa* held = nullptr;  // labels of change_label
  ClassSet before = 0;                  // what the rule adds to a verdict where it holds a word
  ClassSet after = 0;
};

struct ChangedWord {
  std::string word;
  Effect before{};
  Effect after{};
};

// A shortest word, the most readable of those, that gets a wider verdict; else one that gets a
// narrower one.
automata::Bounded<std::optional<ChangedWord>> changed_word(const RuleChange& change,
                                                           const OtherRules& others,
                                                           const automata::Budget& budget);

}  // namespace sbxc
