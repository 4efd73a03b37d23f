// Which patterns and exceptions a policy could not do without: those that some request's verdict
// depends on alone. All the others change nothing, each taken out by itself.
#pragma once

#include <set>

#include "compiler/analysis/systems.h"
#include "compiler/analysis/unit.h"

namespace sbxc {

// On any system where they exist.
Budgeted<std::set<Unit>> critical_units(const Policy& policy, const automata::Budget& budget = {});

}  // namespace sbxc
