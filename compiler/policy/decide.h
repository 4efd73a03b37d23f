// The verdict for one concrete request, straight from the laws: no automaton, no table, no target.
// Slow and plain on purpose: it is the yardstick that targets, tests and later proofs are held to.
#pragma once

#include <vector>

#include "compiler/policy/policy.h"

namespace sbxc {

struct Decision {
  Effect verdict = Effect::deny;
  // The rules that made it so: every matching deny, else every matching ask, else every matching
  // allow. Empty when no rule matched.
  std::vector<RuleId> deciding;
};

// Path access is a ladder (law 4): write includes read, a denied read denies write and exec, exec
// needs read. A syscall's facet needs its call. Names resolve nowhere here: the check of law 10 on
// resolved addresses is the proxy's.
Decision decide(const Policy& policy, Os os, const Request& request);

// Whether `patterns` minus `except` of one rule hold the request's target.
bool applies(const Policy& policy, const Rule& rule, const Request& request);

}  // namespace sbxc
