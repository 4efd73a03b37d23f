// Findings that need no automaton: the inline tests, assertions over single requests, patterns that
// can never match, patterns repeated, grants that lead out. Errors of a policy are found earlier.
#pragma once

#include "compiler/diag/diagnostic.h"
#include "compiler/policy/policy.h"

namespace sbxc {

void check(const Policy& policy, Diagnostics& diagnostics);

}  // namespace sbxc
