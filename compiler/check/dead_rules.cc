// Statements that change nothing: an exception beside the patterns it is taken from, a permission
// that a deny covers whole, an allow that an ask covers whole, a deny of what nothing allows. Only
// the policy's own rules are judged by what other files say: a used file cannot know.
//
// Pairs are compared, so a pattern that several rules cover together is not found.
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

class DeadRules {
 public:
  DeadRules(const Policy& policy, Diagnostics& diagnostics)
      : policy_(policy), diagnostics_(diagnostics) {}

  void check(const Rule& rule) {
    check_except(rule);
    if (!is_own(rule)) return;
    if (rule.effect == Effect::deny) {
      check_deny(rule);
    } else {
      for (const Pattern& pattern : rule.patterns) check_grant(rule, pattern);
    }
  }

 private:
  void check_except(const Rule& rule) {
    for (const Pattern& except : rule.except) {
      if (touches(rule.patterns, except)) continue;
      diagnostics_.report(
          {.kind = Kind::except_without_effect,
           .span = span_of(except),
           .message = fmt::format("`except {}` subtracts nothing", printable(written(except))),
           .labels = {{rule.head, "no pattern of this rule matches it"}},
           .help = "remove it, or correct the pattern"});
    }
  }

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
  DeadRules dead(policy, diagnostics);
  for (const Rule& rule : policy.rules) dead.check(rule);
}

}  // namespace sbxc
