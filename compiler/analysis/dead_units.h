// Patterns and exceptions that change nothing, with the reason and the rules that make it so.
#pragma once

#include <set>
#include <vector>

#include "compiler/analysis/rule_unit.h"
#include "compiler/decisions/systems.h"

namespace sbxc {

enum class DeadReason : uint8_t {
  matches_nothing,  // its rule's exceptions hold all of it; of an exception: no pattern holds any
  denied,           // all that it grants is denied
  asked,            // all that it allows is asked about (or denied)
  covered,          // other rules say of all of it what it says, or what beats it
};

struct DeadUnit {
  RuleUnit unit;
  DeadReason reason{};
  // A smallest set of rules that say it all; one of another effect is among them where there is
  // such a rule. Its own rule is one of them where its other patterns are needed.
  std::vector<RuleId> blockers{};
};

// Of the policy's own rules. A pattern that two others cover each by itself is reported once, and
// then counts for no other. What rules of used files grant too is not reported as covered: a file
// should be complete by itself.
Budgeted<std::vector<DeadUnit>> dead_units(Systems& systems);

}  // namespace sbxc
