// The smallest things that can be taken out of a policy: one pattern, or one exception, of a rule.
#pragma once

#include <compare>
#include <vector>

#include "compiler/policy/policy.h"

namespace sbxc {

struct RuleUnit {
  enum class Part : uint8_t { pattern, except };
  RuleId rule{};
  Part part{};
  uint32_t index = 0;

  auto operator<=>(const RuleUnit&) const = default;
};

const Pattern& pattern_of(const Policy& policy, const RuleUnit& unit);
// In the order of the rules, patterns before exceptions.
std::vector<RuleUnit> units_of(const Rule& rule);
std::vector<RuleUnit> units_of(const Policy& policy);

// The policy without some units. Rules keep their numbers: one that lost every pattern matches
// nothing.
Policy without(const Policy& policy, std::vector<RuleUnit> units);

}  // namespace sbxc
