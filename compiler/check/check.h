// Findings that need no automaton: the inline tests, assertions over single requests, patterns that
// can never match, patterns repeated, grants that lead out. Errors of a policy are found earlier.
#pragma once

#include <string>

#include "compiler/diag/diagnostic.h"
#include "compiler/policy/policy.h"

namespace sbxc {

// What is known of the machine beside the policy.
struct Outside {
  std::string search_path;  // $PATH; empty: not looked at
};

void check(const Policy& policy, Diagnostics& diagnostics, const Outside& outside = {});

}  // namespace sbxc
