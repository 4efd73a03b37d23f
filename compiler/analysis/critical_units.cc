// One automaton for each operation, as for verdicts, but with a mark for each unit and labels that
// are the sets of units without which the verdict of a word would be another. Two rules that say
// the same for good make all others of their class irrelevant; one alone does not, for a second
// would take its weight from it. So it grows, but far less than one that knew all rules.
#include "compiler/analysis/critical_units.h"

#include <algorithm>
#include <array>

#include "compiler/decisions/decide_marked.h"
#include "compiler/decisions/verdict_classes.h"

namespace sbxc {

namespace {

using automata::Label;
using automata::Mark;
using automata::Marks;

// What a unit is to one operation.
struct HeardUnit {
  Unit unit;
  uint32_t of_class = 0;     // its rule's
  bool conditional = false;  // a pattern of a rule with exceptions
};

// The units that are heard about one request; both lists sorted by unit.
struct Heard {
  std::vector<const HeardUnit*> patterns;
  std::vector<const HeardUnit*> except;
};

// Whether the rule of a unit applies, in the part of the verdict that the unit is heard in.
bool applies(const Heard& heard, const HeardUnit& of, const Unit* leave_out) {
  const auto speaks = [&](const HeardUnit* unit) {
    return unit->unit.rule == of.unit.rule && unit->of_class == of.of_class &&
           (leave_out == nullptr || unit->unit != *leave_out);
  };
  return std::any_of(heard.patterns.begin(), heard.patterns.end(), speaks) &&
         std::none_of(heard.except.begin(), heard.except.end(), speaks);
}

ClassSet classes_of(const Heard& heard, const Unit* leave_out) {
  ClassSet classes = 0;
  for (const HeardUnit* unit : heard.patterns) {
    if (has(classes, unit->of_class)) continue;
    if (applies(heard, *unit, leave_out)) classes |= bit(unit->of_class);
  }
  return classes;
}

std::vector<Unit> critical_of(const Heard& heard, Operation operation) {
  const Effect verdict = verdict_of(classes_of(heard, nullptr), operation);
  std::vector<Unit> critical;
  for (const auto* units : {&heard.patterns, &heard.except}) {
    for (const HeardUnit* unit : *units) {
      if (verdict_of(classes_of(heard, &unit->unit), operation) != verdict) {
        critical.push_back(unit->unit);
      }
    }
  }
  return critical;
}

struct CriticalFolding {
  Operation operation{};
  std::vector<HeardUnit> units;                // by mark
  std::map<std::vector<Unit>, Label> known{};  // sets of critical units
  std::vector<std::vector<Unit>> sets{{}};     // by label

  Label label(Marks marks) {
    Heard heard;
    for (const Mark mark : marks) {
      const HeardUnit& unit = units[static_cast<size_t>(mark)];
      (unit.unit.part == Unit::Part::pattern ? heard.patterns : heard.except).push_back(&unit);
    }
    std::vector<Unit> critical = critical_of(heard, operation);
    const auto [found, fresh] = known.try_emplace(critical);
    if (fresh) {
      found->second = static_cast<Label>(sets.size());
      sets.push_back(std::move(critical));
    }
    return found->second;
  }

  // Whether more of `of_class` changes neither the verdict nor what it depends on, where so many
  // units of each class are heard for good.
  bool settled(const std::array<uint32_t, kVerdictClasses>& certain, uint32_t of_class) const {
    const uint32_t denies = certain[class_of(0, Effect::deny)] + certain[class_of(1, Effect::deny)];
    if (denies >= 2) return true;
    const uint32_t part = part_of_class(of_class);
    const uint32_t asks = certain[class_of(part, Effect::ask)];
    const uint32_t allows = certain[class_of(part, Effect::allow)];
    switch (effect_of_class(of_class)) {
      case Effect::deny:
        return false;
      case Effect::ask:
        return asks >= 2 || (denies == 1 && asks + allows >= 1);
      case Effect::allow:
        return allows >= 2 || asks >= 2 || (denies == 1 && asks + allows >= 1);
    }
    return false;
  }

  bool irrelevant(Marks have, Mark other) const {
    if (std::binary_search(have.begin(), have.end(), other)) return true;
    std::array<uint32_t, kVerdictClasses> certain{};
    for (const Mark mark : have) {
      const HeardUnit& unit = units[static_cast<size_t>(mark)];
      if (unit.unit.part == Unit::Part::pattern && !unit.conditional) ++certain[unit.of_class];
    }
    return settled(certain, units[static_cast<size_t>(other)].of_class);
  }
};

void add_critical(const Decided& decided, const CriticalFolding& folding, std::set<Unit>& to) {
  const auto add = [&](Label label) {
    const auto& units = folding.sets[static_cast<size_t>(label)];
    to.insert(units.begin(), units.end());
  };
  if (const auto* dfa = std::get_if<automata::Dfa>(&decided)) {
    for (uint32_t state = 0; state < dfa->size(); ++state) add(dfa->label(automata::State{state}));
    return;
  }
  const auto& space = std::get<HostSpace>(decided);
  const auto add_leaf = [&](HostSpace::Leaf leaf) {
    for (const PortPiece& piece : space.ports(leaf)) add(piece.label);
  };
  for (const HostSpace::NameNode& node : space.nodes()) {
    add_leaf(node.exact);
    add_leaf(node.below);
  }
  for (const bool v6 : {false, true}) {
    for (const HostSpace::AddressPiece& piece : space.addresses(v6)) add_leaf(piece.leaf);
  }
}

// Of operations on words and hosts.
std::optional<OverBudget> add_critical(const Policy& policy, Os os, Operation operation,
                                       const automata::Budget& budget, std::set<Unit>& to) {
  CriticalFolding folding{.operation = operation, .units = {}};
  MarkedRules rules;
  ClassSet heard = 0;
  for (const Rule& rule : policy.rules) {
    const auto part = rule.os.has(os) ? part_of(rule, operation) : std::nullopt;
    if (!part) continue;
    heard |= bit(class_of(*part, rule.effect));
    for (const Unit& unit : units_of(rule)) {
      rules.marked.push_back(
          {rule.id, {&pattern_of(policy, unit), 1}, static_cast<Mark>(folding.units.size())});
      folding.units.push_back({unit, class_of(*part, rule.effect), !rule.except.empty()});
    }
  }
  if (!can_grant(heard, operation)) return std::nullopt;
  rules.folding.label = [&](Marks marks) { return folding.label(marks); };
  rules.folding.irrelevant = [&](Marks have, Mark other) {
    return folding.irrelevant(have, other);
  };
  const auto decided = decide_marked(policy, operation, rules, budget);
  if (!decided) return decided.error();
  add_critical(*decided, folding, to);
  return std::nullopt;
}

// A facet needs its call: as exec needs read, in a second part of its verdict (law 4's shape).
void add_critical_calls(const Policy& policy, Os os, std::set<Unit>& to) {
  std::vector<HeardUnit> units[2];
  for (const Rule& rule : policy.rules) {
    if (!rule.os.has(os) || rule.operation != Operation::syscall) continue;
    for (const Unit& unit : units_of(rule)) {
      for (const uint32_t part : {0U, 1U}) {
        units[part].push_back({unit, class_of(part, rule.effect), false});
      }
    }
  }
  for (size_t i = 0; i < all_syscalls().size(); ++i) {
    const auto call = static_cast<SyscallId>(i);
    const auto base = syscall(call).base;
    Heard heard;
    for (const uint32_t part : {0U, 1U}) {
      if (part == 1 && !base) continue;
      for (const HeardUnit& unit : units[part]) {
        const auto& pattern = std::get<SyscallPattern>(pattern_of(policy, unit.unit));
        if (!pattern.matches(part == 0 ? call : *base)) continue;
        (unit.unit.part == Unit::Part::pattern ? heard.patterns : heard.except).push_back(&unit);
      }
    }
    const auto critical = critical_of(heard, base ? Operation::exec : Operation::syscall);
    to.insert(critical.begin(), critical.end());
  }
}

}  // namespace

Budgeted<std::set<Unit>> critical_units(const Policy& policy, const automata::Budget& budget) {
  std::set<Unit> all;
  const Systems systems(policy, budget);
  for (const OperationFacts& facts : kOperations) {
    for (const Os os : kEverySystem) {
      if (os == Os::macos && systems.are_alike(facts.operation)) continue;
      if (facts.kind == PatternKind::syscall) {
        add_critical_calls(policy, os, all);
      } else if (const auto over = add_critical(policy, os, facts.operation, budget, all)) {
        return tl::unexpected(*over);
      }
    }
  }
  return all;
}

}  // namespace sbxc
