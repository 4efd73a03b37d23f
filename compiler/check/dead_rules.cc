// Statements that change nothing: what analysis/dead_units.h finds, in words. Only the policy's own
// rules are judged by what other files say: a used file cannot know.
//
// A deny of what nothing allows is a seat belt more often than a mistake, so it is reported where
// the policy allows nothing of the operation at all.
#include <fmt/core.h>

#include <algorithm>

#include "compiler/analysis/dead_units.h"
#include "compiler/analysis/over_budget.h"
#include "compiler/check/dead_suspects.h"
#include "compiler/check/findings.h"
#include "compiler/diag/printable.h"
#include "compiler/policy/overlap.h"

namespace sbxc {

namespace {

// Spent within a tenth of a second or so.
constexpr automata::Budget kBudget{.states = 10'000};

bool touches(const std::vector<Pattern>& patterns, const Pattern& pattern) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const Pattern& p) { return overlap(p, pattern); });
}

bool denies(Operation spoken, Operation asked) {
  return spoken == asked ||
         (spoken == Operation::read && (asked == Operation::write || asked == Operation::exec));
}

std::string shown(const Pattern& pattern) { return printable(written(pattern)); }

std::string with_reason(const char* what, const Rule& rule) {
  if (rule.because.empty()) return what;
  return fmt::format("{}, because \"{}\"", what, printable(rule.because));
}

class DeadRules {
 public:
  DeadRules(const Policy& policy, Diagnostics& diagnostics)
      : policy_(policy), diagnostics_(diagnostics) {}

  void run() {
    const std::vector<RuleUnit> suspects = dead_suspects(policy_);
    if (!suspects.empty()) judge(suspects);
    for (const Rule& rule : policy_.rules) {
      if (!is_own(rule)) check_except(rule);
      if (is_own(rule) && rule.effect == Effect::deny) check_deny(rule);
    }
  }

 private:
  void judge(const std::vector<RuleUnit>& suspects) {
    Systems systems(policy_, kBudget);
    const auto dead = dead_units(systems);
    if (dead) {
      for (const DeadUnit& one : *dead) report(one);
      return;
    }
    check_dead_rules_by_pairs(policy_, diagnostics_);
    report_pairs(suspects, dead.error());
  }

  void report_pairs(const std::vector<RuleUnit>& suspects, const OverBudget& over) {
    const RuleUnit& first = suspects.front();
    const Rule& rule = policy_.rule(first.rule);
    Diagnostic d{.kind = Kind::compared_in_pairs, .span = {}, .message = {}};
    const Pattern& pattern = pattern_of(policy_, first);
    d.span = span_of(pattern);
    d.message =
        fmt::format("`{}{} {} {}` is compared with other rules one by one, not all together",
                    first.part == RuleUnit::Part::except ? "except of " : "", name_of(rule.effect),
                    name_of(rule.operation), shown(pattern));
    blame(policy_, over, d);
    if (suspects.size() > 1) {
      d.notes.push_back(fmt::format("the same holds for {} more pattern{}", suspects.size() - 1,
                                    suspects.size() == 2 ? "" : "s"));
    }
    diagnostics_.report(std::move(d));
  }

  // Of used files, by pairs.
  void check_except(const Rule& rule) {
    for (const Pattern& except : rule.except) {
      if (!touches(rule.patterns, except)) report_subtracts_nothing(rule, except);
    }
  }

  void report(const DeadUnit& dead) {
    const Rule& rule = policy_.rule(dead.unit.rule);
    const Pattern& pattern = pattern_of(policy_, dead.unit);
    if (dead.unit.part == RuleUnit::Part::except) {
      if (dead.reason == DeadReason::matches_nothing) {
        report_subtracts_nothing(rule, pattern);
      } else {
        report_gives_nothing_back(dead, pattern);
      }
      return;
    }
    switch (dead.reason) {
      case DeadReason::matches_nothing:
        report_excepted(rule, pattern);
        break;
      case DeadReason::denied:
        report_denied(dead, rule, pattern);
        break;
      case DeadReason::asked:
        report_asked(dead, rule, pattern);
        break;
      case DeadReason::covered:
        report_covered(dead, rule, pattern);
        break;
    }
  }

  void add_blockers(const DeadUnit& dead, Diagnostic& d, const char* denies, const char* else_) {
    for (const RuleId id : dead.blockers) {
      const Rule& rule = policy_.rule(id);
      const char* what = rule.effect == Effect::deny ? denies
                         : id == dead.unit.rule      ? "other patterns of this rule"
                                                     : else_;
      d.labels.push_back({rule.head, with_reason(what, rule)});
    }
    if (dead.blockers.size() > 1) d.notes.emplace_back("it takes all of these rules together");
  }

  void report_subtracts_nothing(const Rule& rule, const Pattern& except) {
    diagnostics_.report({.kind = Kind::except_without_effect,
                         .span = span_of(except),
                         .message = fmt::format("`except {}` subtracts nothing", shown(except)),
                         .labels = {{rule.head, "no pattern of this rule matches it"}},
                         .help = "remove it, or correct the pattern"});
  }

  void report_gives_nothing_back(const DeadUnit& dead, const Pattern& except) {
    Diagnostic d{.kind = Kind::except_without_effect, .span = span_of(except), .message = {}};
    d.message =
        fmt::format("`except {}` gives nothing back: all of it is denied anyway", shown(except));
    add_blockers(dead, d, "this rule denies it too", "this rule too");
    d.help = "remove it, or except it there as well";
    diagnostics_.report(std::move(d));
  }

  void report_excepted(const Rule& rule, const Pattern& pattern) {
    diagnostics_.report(
        {.kind = Kind::pattern_excepted,
         .span = span_of(pattern),
         .message = fmt::format("`{}` matches nothing that the exceptions leave", shown(pattern)),
         .labels = {{rule.head, "they are at the end of this rule"}},
         .help = "remove the pattern, or make the exceptions narrower"});
  }

  void report_denied(const DeadUnit& dead, const Rule& rule, const Pattern& pattern) {
    Diagnostic d{.kind = Kind::grant_under_deny, .span = span_of(pattern), .message = {}};
    d.message = fmt::format("`{} {} {}` changes nothing: all of it is denied", name_of(rule.effect),
                            name_of(rule.operation), shown(pattern));
    add_blockers(dead, d, "this rule denies it", "");
    const Rule& deny = policy_.rule(dead.blockers.front());
    if (dead.blockers.size() > 1) {
      d.help =
          fmt::format("remove it, or write `except {}` at the end of each of them", shown(pattern));
    } else if (deny.chain.empty()) {
      d.help =
          fmt::format("remove one of the two, or write `except {}` at the end of the deny rule",
                      shown(pattern));
    } else {
      d.help = fmt::format("write `use {} except {}{}`", use_text(deny), operation_text(deny),
                           shown(pattern));
    }
    diagnostics_.report(std::move(d));
  }

  void report_asked(const DeadUnit& dead, const Rule& rule, const Pattern& pattern) {
    Diagnostic d{.kind = Kind::allow_under_ask, .span = span_of(pattern), .message = {}};
    d.message = fmt::format("`{}` is asked about all the same: ask beats allow", shown(pattern));
    add_blockers(dead, d, "this rule denies some of it", "this rule asks");
    d.help =
        dead.blockers.size() == 1
            ? fmt::format("write `except {}` at the end of the ask rule", shown(pattern))
            : fmt::format("remove `{}` from the {} rule", shown(pattern), name_of(rule.effect));
    diagnostics_.report(std::move(d));
  }

  // What is repeated word for word is reported as that.
  bool is_repeated(const DeadUnit& dead, const Pattern& pattern) const {
    if (dead.blockers.size() != 1) return false;
    const Rule& rule = policy_.rule(dead.blockers.front());
    const auto& patterns = rule.patterns;
    return std::any_of(patterns.begin(), patterns.end(), [&](const Pattern& other) {
      return &other != &pattern && text(other) == text(pattern);
    });
  }

  void report_covered(const DeadUnit& dead, const Rule& rule, const Pattern& pattern) {
    // A deny names what is protected, whether or not another one does so too.
    if (rule.effect == Effect::deny || is_repeated(dead, pattern)) return;
    Diagnostic d{.kind = Kind::covered_pattern, .span = span_of(pattern), .message = {}};
    d.message = fmt::format("`{} {} {}` says nothing that other rules do not say",
                            name_of(rule.effect), name_of(rule.operation), shown(pattern));
    add_blockers(dead, d, "this rule denies some of it", "this rule says it already");
    d.help = "remove it";
    diagnostics_.report(std::move(d));
  }

  // As the policy names the file through which the rule came in.
  static std::string use_text(const Rule& rule) {
    const std::string target = printable(rule.chain.front().target);
    return target.starts_with("std/") ? target : fmt::format("\"{}\"", target);
  }

  // Exceptions of a `use` are paths unless they name their operation.
  static std::string operation_text(const Rule& rule) {
    const bool plain = facts_of(rule.operation).kind == PatternKind::path;
    return plain ? std::string() : fmt::format("{} ", name_of(rule.operation));
  }

  void check_deny(const Rule& rule) {
    const bool something_allowed =
        std::any_of(policy_.rules.begin(), policy_.rules.end(),
                    [](const Rule& other) { return other.effect != Effect::deny; });
    const bool this_allowed =
        std::any_of(policy_.rules.begin(), policy_.rules.end(), [&](const Rule& other) {
          return other.effect != Effect::deny && is_denied_by(rule.operation, other.operation);
        });
    if (!something_allowed || this_allowed) return;
    diagnostics_.report(
        {.kind = Kind::nothing_to_deny,
         .span = rule.head,
         .message = fmt::format("the policy allows no `{}` at all", name_of(rule.operation)),
         .underline = "so there is nothing to deny"});
  }

  // Whether a deny of `denied` can take something from an allow of `allowed`.
  static bool is_denied_by(Operation denied, Operation allowed) {
    return denies(denied, allowed) || (denied == Operation::read && allowed == Operation::write);
  }

  const Policy& policy_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_dead_rules(const Policy& policy, Diagnostics& diagnostics) {
  DeadRules(policy, diagnostics).run();
}

}  // namespace sbxc
