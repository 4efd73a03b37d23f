// What a policy decides of every path for one operation. Rules with the same effect and exceptions
// are decided together, each group minimal before it meets the others.
#pragma once

#include "backends/seatbelt/verify/decide_paths.h"
#include "backends/seatbelt/verify/path_languages.h"
#include "compiler/decisions/rule_marks.h"

namespace sbxc::paths {

class PolicyPaths {
 public:
  // Adds the operation's patterns; an origin is a rule's id. Both have to outlive this.
  PolicyPaths(const Policy& policy, Os os, Operation operation, Languages& languages);

  // Labels are label_of(Effect).
  automata::Bounded<PathDfa> decide(const PathSpace& space, const automata::Budget& budget) const;

 private:
  MarkedRules rules_;
  Marks marks_;
  automata::NfaState start_{};
};

}  // namespace sbxc::paths
