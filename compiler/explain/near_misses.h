// Which rules nearly decided a request, and what kept them from it: the answer to "but I allowed
// that". Works on one concrete request, rule by rule, by the yardstick of policy/decide.h.
//
// Left out: what a different request would have to look like (that is `query`).
#pragma once

#include <string>
#include <vector>

#include "compiler/policy/policy.h"

namespace sbxc {

struct NearMiss {
  RuleId rule{};
  std::string why;    // one clause, lower case: `allows read, not write`
  int closeness = 0;  // larger is nearer
};

// The nearest first, at most `count`; rules that match the request are not among them.
std::vector<NearMiss> near_misses(const Policy& policy, Os os, const Request& request,
                                  size_t count = 3);

}  // namespace sbxc
