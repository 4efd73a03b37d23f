// Which patterns and exceptions a policy could not do without: those that some request's verdict
// depends on alone. All the others change nothing, each taken out by itself.
#pragma once

#include <set>

#include "compiler/analysis/rule_unit.h"
#include "compiler/decisions/systems.h"

namespace sbxc {

// Of the policy's own rules, on any system where they exist.
Budgeted<std::set<RuleUnit>> critical_units(const Policy& policy,
                                            const automata::Budget& budget = {});

}  // namespace sbxc
