// What all rules but one say of words, for each rule without deciding the others anew: one
// automaton that says of a word which classes of rules are heard, and for each of them whether one
// rule alone is heard there, and which.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "compiler/analysis/heard_rules.h"
#include "compiler/decisions/decisions.h"

namespace sbxc {

class OtherRules {
 public:
  // About an operation on words. Nothing when the automaton goes over the budget.
  static std::optional<OtherRules> of(const Policy& policy, Os os, Operation operation,
                                      const automata::Budget& budget);

  const automata::Dfa& heard() const { return heard_; }
  // What the others say, by label of heard().
  std::vector<ClassSet> without(RuleId rule) const;
  // By state of heard(): whether any word from here is not denied by another rule.
  const std::vector<bool>& open_without(RuleId rule) const;

 private:
  OtherRules(automata::Dfa heard, std::shared_ptr<const HeardRules> rules);

  automata::Dfa heard_;
  std::shared_ptr<const HeardRules> rules_;
  std::vector<bool> open_;
  std::map<RuleId, std::vector<bool>> open_without_;  // of rules that deny some word alone
};

}  // namespace sbxc
