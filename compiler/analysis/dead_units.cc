// Which units change nothing is known at once, from the automata of critical_units.h; why is then
// worked out for those alone. The requests of the unit are taken apart rule by rule: each step
// takes one that is left, a rule that holds it, and subtracts what that rule holds, preferring a
// rule that leaves nothing. What can be spared afterwards is dropped, so that no smaller part of
// the set would do. (Batfish's filterLineReachability finds its blocking lines in the same way.)
#include "compiler/analysis/dead_units.h"

#include <algorithm>
#include <functional>

#include "compiler/analysis/critical_units.h"
#include "compiler/decisions/matched.h"
#include "compiler/decisions/request_sets.h"
#include "compiler/decisions/verdict_classes.h"

namespace sbxc {

namespace {

using automata::Label;

struct OverBudgetInside {  // unwinds to the public function of this file
  OverBudget over;
};

template <typename T>
T need(Budgeted<T> value) {
  if (!value) throw OverBudgetInside{value.error()};
  return std::move(*value);
}

class DeadUnits {
 public:
  explicit DeadUnits(Systems& systems) : systems_(systems), policy_(systems.policy()) {}

  std::vector<DeadUnit> run() {
    const std::set<RuleUnit> critical = need(critical_units(policy_, systems_.budget()));
    for (auto rule = policy_.rules.rbegin(); rule != policy_.rules.rend(); ++rule) {
      if (!rule->chain.empty()) continue;
      const std::vector<RuleUnit> units = units_of(*rule);
      for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {
        if (!critical.contains(*unit)) judge(*rule, *unit);
      }
    }
    std::reverse(dead_.begin(), dead_.end());
    return std::move(dead_);
  }

 private:
  void judge(const Rule& rule, const RuleUnit& unit) {
    known_.clear();
    std::optional<DeadUnit> dead =
        unit.part == RuleUnit::Part::pattern ? judge_pattern(rule, unit) : judge_except(rule, unit);
    if (!dead) return;
    removed_.insert(unit);
    dead_.push_back(std::move(*dead));
  }

  std::optional<DeadUnit> judge_pattern(const Rule& rule, const RuleUnit& unit) {
    const Decided own = need(matches_of(policy_, rule.operation, {&pattern_of(policy_, unit), 1},
                                        rule.except, systems_.budget()));
    if (is_empty(own, is_matched)) return DeadUnit{unit, DeadReason::matches_nothing, {}};
    const auto all_are = [&](const std::function<bool(Effect)>& wanted) {
      return std::all_of(std::begin(kEverySystem), std::end(kEverySystem), [&](Os os) {
        return !rule.os.has(os) || all_have(own, rule.operation, os, wanted);
      });
    };
    if (rule.effect != Effect::deny) {
      if (all_are([](Effect effect) { return effect == Effect::deny; })) {
        return blocked(rule, unit, own, DeadReason::denied);
      }
      if (rule.effect == Effect::allow &&
          all_are([](Effect effect) { return effect != Effect::allow; })) {
        return blocked(rule, unit, own, DeadReason::asked);
      }
    }
    return blocked(rule, unit, own, DeadReason::covered);
  }

  std::optional<DeadUnit> judge_except(const Rule& rule, const RuleUnit& unit) {
    const Decided excepted = need(matches_of(
        policy_, rule.operation, {&pattern_of(policy_, unit), 1}, {}, systems_.budget()));
    const Decided held =
        need(matches_of(policy_, rule.operation, rule.patterns, {}, systems_.budget()));
    const Decided taken =
        need(join(rule.operation, excepted, held, matched_by_both, systems_.budget()));
    if (is_empty(taken, is_matched)) return DeadUnit{unit, DeadReason::matches_nothing, {}};
    // An exception from a deny is meant to give back what is allowed elsewhere.
    if (rule.effect != Effect::deny) return std::nullopt;
    return blocked(rule, unit, taken, DeadReason::denied);
  }

  bool all_have(const Decided& own, Operation operation, Os os,
                const std::function<bool(Effect)>& wanted) {
    const auto& decided = systems_.of(os, operation);
    if (!decided) throw OverBudgetInside{decided.error()};
    const Decided others = need(join(
        operation, own, *decided,
        [&](Label held, Label verdict) {
          if (held == automata::kOutside) return automata::kOutside;
          return held == kMatched && !wanted(effect_of(verdict)) ? kMatched : kUnmatched;
        },
        systems_.budget()));
    return is_empty(others, is_matched);
  }

  // The smallest set of rules that hold all of `own`, if they do.
  std::optional<DeadUnit> blocked(const Rule& rule, const RuleUnit& unit, const Decided& own,
                                  DeadReason reason) {
    std::vector<const Rule*> candidates;
    for (const Rule& other : policy_.rules) {
      if (may_block(rule, other, reason)) candidates.push_back(&other);
    }
    std::vector<const Rule*> chosen;
    Decided left = own;
    // One of another effect first, where there is any.
    const auto is_other = [&](const Rule* one) { return one->effect != rule.effect; };
    for (const Rule* one : candidates) {
      if (!is_other(one) || reason != DeadReason::covered) continue;
      const Decided held = need(
          join(rule.operation, own, held_by(rule, unit, *one), matched_by_both, systems_.budget()));
      if (is_empty(held, is_matched)) continue;
      chosen.push_back(one);
      left = subtract(rule, unit, left, *one);
      break;
    }
    while (!is_empty(left, is_matched)) {
      const Request request = some_requests(rule.operation, left, is_matched, 1).front();
      const Rule* best = nullptr;
      Decided rest = left;
      for (const Rule* one : candidates) {
        if (!holds(unit, *one, request)) continue;
        Decided without_it = subtract(rule, unit, left, *one);
        const bool last = is_empty(without_it, is_matched);
        if (best != nullptr && !last) continue;
        best = one;
        rest = std::move(without_it);
        if (last) break;
      }
      if (best == nullptr) return std::nullopt;
      chosen.push_back(best);
      left = std::move(rest);
    }
    drop_spare(rule, unit, own, chosen);
    DeadUnit dead{unit, reason, {}};
    for (const Rule* one : chosen) dead.blockers.push_back(one->id);
    std::sort(dead.blockers.begin(), dead.blockers.end());
    return dead;
  }

  static bool may_block(const Rule& rule, const Rule& other, DeadReason reason) {
    const bool everywhere =
        (other.os.linux || !rule.os.linux) && (other.os.macos || !rule.os.macos);
    if (!everywhere || part_of(other, rule.operation) != 0U) return false;
    switch (reason) {
      case DeadReason::matches_nothing:
        return false;
      case DeadReason::denied:
        return other.effect == Effect::deny;
      case DeadReason::asked:
        return other.effect != Effect::allow;
      case DeadReason::covered:
        return other.effect > rule.effect ||
               (other.effect == rule.effect && other.span.file == rule.span.file &&
                other.chain.empty());
    }
    return false;
  }

  // Without the unit, and without those that were found dead before.
  std::vector<Pattern> patterns_left(const Rule& rule, const RuleUnit& unit) const {
    std::vector<Pattern> patterns;
    for (const RuleUnit& one : units_of(rule)) {
      if (one.part != RuleUnit::Part::pattern || one == unit || removed_.contains(one)) continue;
      patterns.push_back(pattern_of(policy_, one));
    }
    return patterns;
  }

  // The exception that is judged holds nothing for its own rule; others do.
  std::vector<Pattern> except_left(const Rule& rule) const { return rule.except; }

  const Decided& held_by(const Rule& rule, const RuleUnit& unit, const Rule& other) {
    const auto found = known_.find(other.id);
    if (found != known_.end()) return found->second;
    const std::vector<Pattern> patterns = patterns_left(other, unit);
    return known_
        .emplace(other.id, need(matches_of(policy_, rule.operation, patterns, except_left(other),
                                           systems_.budget())))
        .first->second;
  }

  Decided subtract(const Rule& rule, const RuleUnit& unit, const Decided& left, const Rule& other) {
    return need(
        join(rule.operation, left, held_by(rule, unit, other), matched_without, systems_.budget()));
  }

  bool holds(const RuleUnit& unit, const Rule& rule, const Request& request) const {
    Rule one;
    one.operation = rule.operation;
    one.patterns = patterns_left(rule, unit);
    one.except = except_left(rule);
    return applies(policy_, one, request);
  }

  void drop_spare(const Rule& rule, const RuleUnit& unit, const Decided& own,
                  std::vector<const Rule*>& chosen) {
    for (size_t i = 0; i < chosen.size() && chosen.size() > 1;) {
      const auto is_other = [&](const Rule* one) { return one->effect != rule.effect; };
      const bool last_other =
          is_other(chosen[i]) && std::count_if(chosen.begin(), chosen.end(), is_other) == 1;
      Decided left = own;
      for (size_t j = 0; j < chosen.size(); ++j) {
        if (j != i) left = subtract(rule, unit, left, *chosen[j]);
      }
      if (last_other || !is_empty(left, is_matched)) {
        ++i;
      } else {
        chosen.erase(chosen.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
  }

  Systems& systems_;
  const Policy& policy_;
  std::set<RuleUnit> removed_;
  std::map<RuleId, Decided> known_;  // what rules hold, for the unit that is judged
  std::vector<DeadUnit> dead_;
};

}  // namespace

Budgeted<std::vector<DeadUnit>> dead_units(Systems& systems) {
  try {
    return DeadUnits(systems).run();
  } catch (OverBudgetInside& inside) {
    return tl::unexpected(std::move(inside.over));
  }
}

}  // namespace sbxc
