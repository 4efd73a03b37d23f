// A spent budget as the reason why a finding has no answer.
#pragma once

#include "compiler/decisions/decisions.h"
#include "compiler/diag/diagnostic.h"

namespace sbxc {

// Adds to `diagnostic` what decisions/over_budget.h says: the rules to blame, a note, a help line.
void blame(const Policy& policy, const OverBudget& over, Diagnostic& diagnostic);

}  // namespace sbxc
