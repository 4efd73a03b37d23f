#include "compiler/analysis/unit.h"

#include <algorithm>

namespace sbxc {

const Pattern& pattern_of(const Policy& policy, const Unit& unit) {
  const Rule& rule = policy.rule(unit.rule);
  return unit.part == Unit::Part::pattern ? rule.patterns[unit.index] : rule.except[unit.index];
}

std::vector<Unit> units_of(const Rule& rule) {
  std::vector<Unit> units;
  for (uint32_t i = 0; i < rule.patterns.size(); ++i) {
    units.push_back({rule.id, Unit::Part::pattern, i});
  }
  for (uint32_t i = 0; i < rule.except.size(); ++i) {
    units.push_back({rule.id, Unit::Part::except, i});
  }
  return units;
}

std::vector<Unit> units_of(const Policy& policy) {
  std::vector<Unit> all;
  for (const Rule& rule : policy.rules) {
    const std::vector<Unit> units = units_of(rule);
    all.insert(all.end(), units.begin(), units.end());
  }
  return all;
}

Policy without(const Policy& policy, std::vector<Unit> units) {
  Policy out = policy;
  std::sort(units.begin(), units.end());
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {  // high indices first
    Rule& rule = out.rules[static_cast<size_t>(unit->rule)];
    auto& patterns = unit->part == Unit::Part::pattern ? rule.patterns : rule.except;
    patterns.erase(patterns.begin() + unit->index);
  }
  return out;
}

}  // namespace sbxc
