// From what the plan and the verdicts say of each rule to the role it plays in the comparison.
#pragma once

#include <vector>

#include "backends/bwrap/read/asked_bits.h"
#include "backends/bwrap/read/path_claims.h"
#include "backends/bwrap/read/plan.h"
#include "backends/target/target.h"

namespace sbxc::bwrap_read {

struct Roles {
  std::vector<Role> by_rule;
  Whole whole;
};

Roles roles_of(const Policy& policy, const PlanFile& plan,
               const std::vector<RuleVerdict>& verdicts);

}  // namespace sbxc::bwrap_read
