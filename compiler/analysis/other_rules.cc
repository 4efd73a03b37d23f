// Every node is minimal before it meets its neighbour, so that building the tree costs a few times
// what one automaton of all rules costs. Where a level has an odd number of nodes the last one
// stands alone, and what would stand above it is left to the next level that has a neighbour.
#include "compiler/analysis/other_rules.h"

#include "compiler/automata/live.h"
#include "compiler/automata/minimise.h"
#include "compiler/automata/product.h"
#include "compiler/decisions/class_labels.h"
#include "compiler/decisions/matched.h"
#include "compiler/decisions/request_sets.h"

namespace sbxc {

namespace {

using automata::Dfa;

OtherRules::Part as_part(Dfa dfa) {
  std::vector<bool> open = automata::live_states(dfa, [](automata::Label label) {
    return label != automata::kOutside && (classes_of(label) & kDenyClasses) == 0;
  });
  return {std::move(dfa), std::move(open)};
}

automata::Label heard_by_both(automata::Label one, automata::Label other) {
  if (one == automata::kOutside) return automata::kOutside;
  return label_of_classes(classes_of(one) | classes_of(other));
}

}  // namespace

std::optional<OtherRules> OtherRules::of(const Policy& policy, Os os, Operation operation,
                                         const automata::Budget& budget) {
  OtherRules all;
  std::vector<Part> leaves;
  for (const Rule& rule : policy.rules) {
    const auto part = rule.os.has(os) ? part_of(rule, operation) : std::nullopt;
    if (!part) continue;
    const auto held = matches_of(policy, operation, rule.patterns, rule.except, budget);
    if (!held) return std::nullopt;
    const ClassSet own = bit(class_of(*part, rule.effect));
    all.leaf_of_.emplace(rule.id, leaves.size());
    leaves.push_back(as_part(automata::relabel(std::get<Dfa>(*held), [own](automata::Label label) {
      if (label == automata::kOutside) return label;
      return label_of_classes(is_matched(label) ? own : 0);
    })));
  }
  all.levels_.push_back(std::move(leaves));
  while (all.levels_.back().size() > 1) {
    if (!all.grow(budget)) return std::nullopt;
  }
  return all;
}

bool OtherRules::grow(const automata::Budget& budget) {
  const std::vector<Part>& below = levels_.back();
  std::vector<Part> level;
  for (size_t i = 0; i + 1 < below.size(); i += 2) {
    const auto both = automata::product(below[i].heard, below[i + 1].heard, heard_by_both, budget);
    if (!both) return false;
    level.push_back(as_part(automata::minimise(*both)));
  }
  if (below.size() % 2 != 0) level.push_back(below.back());
  levels_.push_back(std::move(level));
  return true;
}

std::vector<const OtherRules::Part*> OtherRules::beside(RuleId rule) const {
  std::vector<const Part*> parts;
  const auto leaf = leaf_of_.find(rule);
  if (leaf == leaf_of_.end()) {
    if (!levels_.back().empty()) parts.push_back(&levels_.back().front());
    return parts;
  }
  size_t at = leaf->second;
  for (const std::vector<Part>& level : levels_) {
    const size_t neighbour = at ^ 1U;
    if (neighbour < level.size()) parts.push_back(&level[neighbour]);
    at /= 2;
  }
  return parts;
}

}  // namespace sbxc
