// Whether a policy with one of its rules changed decides every request as before: asked for one
// rule after another, and answered from what the other rules say, which stays as it is.
#pragma once

#include <map>

#include "compiler/analysis/change_walk.h"
#include "compiler/analysis/equivalence.h"

namespace sbxc {

class RuleChanges {
 public:
  explicit RuleChanges(Systems& before) : before_(before) {}

  // As first_difference says, where `after` is the policy with no other rule changed than this one.
  Budgeted<std::optional<Difference>> first_difference(const Policy& after, RuleId rule);

 private:
  struct Asked;

  Budgeted<std::optional<Difference>> difference(const Asked& asked, Os os, Operation operation);
  std::optional<Difference> in_words(const Asked& asked, Os os, Operation operation, bool* decided);
  const OtherRules* others(Os os, Operation operation);
  const automata::Dfa* held_before(const Rule& rule);
  const automata::Dfa* change_of(const Asked& asked, Operation operation);

  Systems& before_;
  std::map<std::pair<Os, Operation>, std::optional<OtherRules>> others_;
  // Of the rule that was asked for last.
  std::optional<RuleId> known_rule_;
  std::optional<automata::Dfa> held_;
  // Of the change that was asked for last, by what kind of words.
  std::map<PatternKind, std::optional<automata::Dfa>> change_;
};

}  // namespace sbxc
