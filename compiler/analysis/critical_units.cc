// One automaton for each operation, as for verdicts, but with a mark for each unit and labels that
// are the sets of units without which the verdict of a word would be another. Two rules that say
// the same for good make all others of their class irrelevant; one alone does not, for a second
// would take its weight from it. So it grows with the square of the rules that overlap everywhere.
// Rules of used files are not asked about and share marks: one of them settles what two others
// would. Where even that is too much, each rule is asked about by itself.
#include "compiler/analysis/critical_units.h"

#include <algorithm>
#include <array>
#include <functional>

#include "compiler/decisions/decide_marked.h"
#include "compiler/decisions/verdict_classes.h"
#include "compiler/policy/overlap.h"

namespace sbxc {

namespace {

using automata::Label;
using automata::Mark;
using automata::Marks;

// What a unit is to one operation.
struct HeardUnit {
  RuleUnit unit;
  uint32_t of_class = 0;     // its rule's
  bool conditional = false;  // a pattern of a rule with exceptions
  bool asked = true;         // whether it is critical
};

// The units that are heard about one request; both lists sorted by unit.
struct Heard {
  std::vector<const HeardUnit*> patterns;
  std::vector<const HeardUnit*> except;
};

// Whether the rule of a unit applies, in the part of the verdict that the unit is heard in.
bool applies(const Heard& heard, const HeardUnit& of, const RuleUnit* leave_out) {
  const auto speaks = [&](const HeardUnit* unit) {
    return unit->unit.rule == of.unit.rule && unit->of_class == of.of_class &&
           (leave_out == nullptr || unit->unit != *leave_out);
  };
  return std::any_of(heard.patterns.begin(), heard.patterns.end(), speaks) &&
         std::none_of(heard.except.begin(), heard.except.end(), speaks);
}

ClassSet classes_of(const Heard& heard, const RuleUnit* leave_out) {
  ClassSet classes = 0;
  for (const HeardUnit* unit : heard.patterns) {
    if (has(classes, unit->of_class)) continue;
    if (applies(heard, *unit, leave_out)) classes |= bit(unit->of_class);
  }
  return classes;
}

std::vector<RuleUnit> critical_of(const Heard& heard, Operation operation) {
  const Effect verdict = verdict_of(classes_of(heard, nullptr), operation);
  std::vector<RuleUnit> critical;
  for (const auto* units : {&heard.patterns, &heard.except}) {
    for (const HeardUnit* unit : *units) {
      if (unit->asked && verdict_of(classes_of(heard, &unit->unit), operation) != verdict) {
        critical.push_back(unit->unit);
      }
    }
  }
  return critical;
}

struct CriticalFolding {
  Operation operation{};
  std::vector<HeardUnit> units;                    // by mark
  std::map<std::vector<RuleUnit>, Label> known{};  // sets of critical units
  std::vector<std::vector<RuleUnit>> sets{{}};     // by label

  Label label(Marks marks) {
    Heard heard;
    for (const Mark mark : marks) {
      const HeardUnit& unit = units[static_cast<size_t>(mark)];
      (unit.unit.part == RuleUnit::Part::pattern ? heard.patterns : heard.except).push_back(&unit);
    }
    std::vector<RuleUnit> critical = critical_of(heard, operation);
    const auto [found, fresh] = known.try_emplace(critical);
    if (fresh) {
      found->second = static_cast<Label>(sets.size());
      sets.push_back(std::move(critical));
    }
    return found->second;
  }

  // Whether `except` takes all from `pattern`, and is not asked about itself.
  static bool excepts(const HeardUnit& except, const HeardUnit& pattern) {
    return !except.asked && except.unit.part == RuleUnit::Part::except &&
           pattern.unit.part == RuleUnit::Part::pattern && except.unit.rule == pattern.unit.rule &&
           except.of_class == pattern.of_class;
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

  // Without a rule that grants, all is denied whatever the others say.
  bool futile(Marks some) const {
    ClassSet heard = 0;
    for (const Mark mark : some) {
      const HeardUnit& unit = units[static_cast<size_t>(mark)];
      if (unit.unit.part == RuleUnit::Part::pattern) heard |= bit(unit.of_class);
    }
    return !can_grant(heard, operation);
  }

  bool irrelevant(Marks have, Mark other) const {
    if (std::binary_search(have.begin(), have.end(), other)) return true;
    const HeardUnit& heard = units[static_cast<size_t>(other)];
    std::array<uint32_t, kVerdictClasses> certain{};
    for (const Mark mark : have) {
      const HeardUnit& unit = units[static_cast<size_t>(mark)];
      if (unit.unit.part == RuleUnit::Part::pattern && !unit.conditional) {
        certain[unit.of_class] += unit.asked ? 1 : 2;
      }
      if (excepts(unit, heard)) return true;
    }
    return settled(certain, heard.of_class);
  }
};

void add_critical(const Decided& decided, const CriticalFolding& folding, std::set<RuleUnit>& to) {
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

using Asked = std::function<bool(const Rule&)>;

// The marks of one operation's rules.
class CriticalMarks {
 public:
  CriticalMarks(const Policy& policy, Os os, Operation operation, const Asked& asked)
      : policy_(policy), folding_{.operation = operation, .units = {}} {
    for (const Rule& rule : policy.rules) {
      const auto part = rule.os.has(os) ? part_of(rule, operation) : std::nullopt;
      if (!part) continue;
      const uint32_t of_class = class_of(*part, rule.effect);
      heard_ |= bit(of_class);
      if (asked(rule)) {
        add_asked(rule, of_class);
      } else {
        add_other(rule, of_class);
      }
    }
  }

  bool can_grant() const { return sbxc::can_grant(heard_, folding_.operation); }
  CriticalFolding& folding() { return folding_; }
  std::vector<MarkedPatterns> take_marked() { return std::move(marked_); }

 private:
  void add_asked(const Rule& rule, uint32_t of_class) {
    for (const RuleUnit& unit : units_of(rule)) {
      const Mark mark = next({unit, of_class, !rule.except.empty(), true});
      marked_.push_back({rule.id, {&pattern_of(policy_, unit), 1}, mark});
    }
  }

  // Rules of one class with the same exceptions are one.
  void add_other(const Rule& rule, uint32_t of_class) {
    std::string key = std::to_string(of_class);
    for (const Pattern& except : rule.except) key += '\n' + text(except);
    const auto [found, fresh] = others_.try_emplace(std::move(key));
    if (fresh) {
      const RuleUnit pattern{rule.id, RuleUnit::Part::pattern, 0};
      found->second = next({pattern, of_class, !rule.except.empty(), false});
      if (!rule.except.empty()) {
        const RuleUnit except{rule.id, RuleUnit::Part::except, 0};
        marked_.push_back({rule.id, rule.except, next({except, of_class, true, false})});
      }
    }
    marked_.push_back({rule.id, rule.patterns, found->second});
  }

  Mark next(const HeardUnit& unit) {
    folding_.units.push_back(unit);
    return static_cast<Mark>(folding_.units.size() - 1);
  }

  const Policy& policy_;
  CriticalFolding folding_;
  ClassSet heard_ = 0;
  std::vector<MarkedPatterns> marked_;
  std::map<std::string, Mark> others_;
};

// Of operations on words and hosts.
std::optional<OverBudget> add_critical(const Policy& policy, Os os, Operation operation,
                                       const Asked& asked, const automata::Budget& budget,
                                       std::set<RuleUnit>& to) {
  CriticalMarks marks(policy, os, operation, asked);
  if (!marks.can_grant()) return std::nullopt;
  CriticalFolding& folding = marks.folding();
  MarkedRules rules{marks.take_marked(), {}};
  rules.folding.label = [&](Marks some) { return folding.label(some); };
  rules.folding.irrelevant = [&](Marks have, Mark other) {
    return folding.irrelevant(have, other);
  };
  rules.folding.futile = [&](Marks some) { return folding.futile(some); };
  const auto decided = decide_marked(policy, operation, rules, budget);
  if (!decided) return decided.error();
  add_critical(*decided, folding, to);
  return std::nullopt;
}

bool is_own(const Rule& rule) { return rule.chain.empty(); }

constexpr size_t kStatesAtOnce = 10'000;

// All rules at once, or one by one.
std::optional<OverBudget> add_critical(const Policy& policy, Os os, Operation operation,
                                       const automata::Budget& budget, std::set<RuleUnit>& to) {
  automata::Budget at_once = budget;
  at_once.states = std::min(at_once.states, kStatesAtOnce);
  auto too_much = add_critical(policy, os, operation, is_own, at_once, to);
  if (!too_much) return std::nullopt;
  if (budget.states <= kStatesAtOnce) return too_much;
  for (const Rule& rule : policy.rules) {
    if (!is_own(rule) || !rule.os.has(os) || !takes_part(rule, operation)) continue;
    const auto this_one = [&](const Rule& other) { return other.id == rule.id; };
    if (auto over = add_critical(policy, os, operation, this_one, budget, to)) return over;
  }
  return std::nullopt;
}

// A facet needs its call: as exec needs read, in a second part of its verdict (law 4's shape).
void add_critical_calls(const Policy& policy, Os os, std::set<RuleUnit>& to) {
  std::vector<HeardUnit> units[2];
  for (const Rule& rule : policy.rules) {
    if (!rule.os.has(os) || rule.operation != Operation::syscall) continue;
    for (const RuleUnit& unit : units_of(rule)) {
      for (const uint32_t part : {0U, 1U}) {
        units[part].push_back({unit, class_of(part, rule.effect), false, is_own(rule)});
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
        (unit.unit.part == RuleUnit::Part::pattern ? heard.patterns : heard.except)
            .push_back(&unit);
      }
    }
    const auto critical = critical_of(heard, base ? Operation::exec : Operation::syscall);
    to.insert(critical.begin(), critical.end());
  }
}

}  // namespace

Budgeted<std::set<RuleUnit>> critical_units(const Policy& policy, const automata::Budget& budget) {
  std::set<RuleUnit> all;
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
