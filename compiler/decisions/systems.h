// What a policy decides on both systems, each operation worked out when it is asked for, and once
// where no statement of the operation tells the systems apart.
#pragma once

#include <map>

#include "compiler/decisions/decisions.h"

namespace sbxc {

inline constexpr Os kEverySystem[] = {Os::linux, Os::macos};

class Systems {
 public:
  explicit Systems(const Policy& policy, const automata::Budget& budget = {})
      : policy_(policy), budget_(budget) {}

  const Policy& policy() const { return policy_; }
  const automata::Budget& budget() const { return budget_; }
  const Budgeted<Decided>& of(Os os, Operation operation);
  // Both systems decide the operation by the same rules.
  bool are_alike(Operation operation) const;

 private:
  const Policy& policy_;
  automata::Budget budget_;
  std::map<std::pair<Os, Operation>, Budgeted<Decided>> known_;
};

}  // namespace sbxc
