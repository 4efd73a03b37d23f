#include "compiler/analysis/rule_unit.h"

#include <algorithm>

namespace sbxc {

const Pattern& pattern_of(const Policy& policy, const RuleUnit& unit) {
  const Rule& rule = policy.rule(unit.rule);
  return unit.part == RuleUnit::Part::pattern ? rule.patterns[unit.index] : rule.except[unit.index];
}

std::vector<RuleUnit> units_of(const Rule& rule) {
  std::vector<RuleUnit> units;
  for (uint32_t i = 0; i < rule.patterns.size(); ++i) {
    units.push_back({rule.id, RuleUnit::Part::pattern, i});
  }
  for (uint32_t i = 0; i < rule.except.size(); ++i) {
    units.push_back({rule.id, RuleUnit::Part::except, i});
  }
  return units;
}

std::vector<RuleUnit> units_of(const Policy& policy) {
  std::vector<RuleUnit> all;
  for (const Rule& rule : policy.rules) {
    const std::vector<RuleUnit> units = units_of(rule);
    all.insert(all.end(), units.begin(), units.end());
  }
  return all;
}

Policy without(const Policy& policy, std::vector<RuleUnit> units) {
  Policy out = policy;
  std::sort(units.begin(), units.end());
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {  // high indices first
    Rule& rule = out.rules[static_cast<size_t>(unit->rule)];
    auto& patterns = unit->part == RuleUnit::Part::pattern ? rule.patterns : rule.except;
    patterns.erase(patterns.begin() + unit->index);
  }
  return out;
}

}  // namespace sbxc
