// Grants that one deny or ask rule covers whole, found by comparing patterns in pairs: what is left
// of dead_rules.cc where the patterns of a policy are too entangled for its automata.
#include <fmt/core.h>

#include <algorithm>

#include "compiler/check/findings.h"
#include "compiler/diag/printable.h"
#include "compiler/policy/overlap.h"

namespace sbxc {

namespace {

bool touches(const std::vector<Pattern>& patterns, const Pattern& pattern) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const Pattern& p) { return overlap(p, pattern); });
}

bool denies(Operation spoken, Operation asked) {
  return spoken == asked ||
         (spoken == Operation::read && (asked == Operation::write || asked == Operation::exec));
}

bool holds_where(const Rule& wide, const Rule& narrow) {
  return (wide.os.linux || !narrow.os.linux) && (wide.os.macos || !narrow.os.macos);
}

class DeadRulesByPairs {
 public:
  DeadRulesByPairs(const Policy& policy, Diagnostics& diagnostics)
      : policy_(policy), diagnostics_(diagnostics) {}

  void check(const Rule& rule) {
    if (!is_own(rule) || rule.effect == Effect::deny) return;
    for (const Pattern& pattern : rule.patterns) check_grant(rule, pattern);
  }

 private:
  // Whether `rule` says its word about everything that `pattern` of `asked` matches.
  static bool covers_whole(const Rule& rule, const Rule& asked, const Pattern& pattern) {
    return holds_where(rule, asked) && covers(rule.patterns, pattern) &&
           !touches(rule.except, pattern);
  }

  void check_grant(const Rule& rule, const Pattern& pattern) {
    for (const Rule& other : policy_.rules) {
      if (other.effect == Effect::deny && denies(other.operation, rule.operation) &&
          covers_whole(other, rule, pattern)) {
        report_denied(rule, pattern, other);
        return;
      }
    }
    if (rule.effect != Effect::allow) return;
    for (const Rule& other : policy_.rules) {
      if (other.effect != Effect::ask || other.operation != rule.operation) continue;
      if (!covers_whole(other, rule, pattern)) continue;
      diagnostics_.report(
          {.kind = Kind::allow_under_ask,
           .span = span_of(pattern),
           .message = fmt::format("`{}` is asked about all the same: ask beats allow",
                                  printable(written(pattern))),
           .labels = {{other.head, "this rule asks"}},
           .help = fmt::format("write `except {}` at the end of the ask rule",
                               printable(written(pattern)))});
      return;
    }
  }

  void report_denied(const Rule& rule, const Pattern& pattern, const Rule& deny) {
    Diagnostic d{.kind = Kind::grant_under_deny, .span = span_of(pattern), .message = {}};
    d.message = fmt::format("`{} {} {}` changes nothing: all of it is denied", name_of(rule.effect),
                            name_of(rule.operation), printable(written(pattern)));
    d.labels = {{deny.head, deny.because.empty()
                                ? "this rule denies it"
                                : fmt::format("this rule denies it, because \"{}\"",
                                              printable(deny.because))}};
    const std::string shown = printable(written(pattern));
    if (deny.chain.empty()) {
      d.help = fmt::format(
          "remove one of the two, or write `except {}` at the end of the deny rule", shown);
    } else {
      d.help =
          fmt::format("write `use {} except {}{}`", use_text(deny), operation_text(deny), shown);
    }
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

  const Policy& policy_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_dead_rules_by_pairs(const Policy& policy, Diagnostics& diagnostics) {
  DeadRulesByPairs dead(policy, diagnostics);
  for (const Rule& rule : policy.rules) dead.check(rule);
}

}  // namespace sbxc
