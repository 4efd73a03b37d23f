// Turns verdicts into diagnostics. A rule that a target would hold too loosely, or not at all, is
// an error with a witness: the policy would mean one thing on this target and another elsewhere.
// Only the statement itself can accept that, and an acceptance that accepts nothing is a finding
// too.
#include <fmt/core.h>

#include "backends/target/target.h"
#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

bool is_loose(Fidelity fidelity) {
  return fidelity == Fidelity::widened || fidelity == Fidelity::impossible;
}

Diagnostic loose_rule(const Rule& rule, TargetName target, const RuleVerdict& verdict) {
  const bool widened = verdict.fidelity == Fidelity::widened;
  Diagnostic d{widened ? Kind::rule_widened : Kind::rule_impossible, rule.span, {}};
  d.message = fmt::format("`{}` {} this rule: {}", name_of(target),
                          widened ? "would allow more than" : "cannot hold", verdict.what);
  d.witness = printable(verdict.witness);
  d.help = verdict.help;
  if (!d.help.empty()) d.help += "; or ";
  d.help += "to live with it, end the statement with `accept widened \"why\"`";
  return d;
}

}  // namespace

void report_verdicts(const Policy& policy, const Lowered& lowered, Diagnostics& diagnostics) {
  for (const RuleVerdict& verdict : lowered.verdicts) {
    const Rule& rule = policy.rule(verdict.rule);
    if (is_loose(verdict.fidelity) && !rule.accept_widened) {
      diagnostics.report(loose_rule(rule, lowered.target, verdict));
    }
  }
}

void report_unused_acceptances(const Policy& policy, const std::vector<Lowered>& lowered,
                               Diagnostics& diagnostics) {
  if (lowered.size() < std::size(kTargets)) return;
  for (const Rule& rule : policy.rules) {
    // A used file is written for many policies: what it accepts need not happen in each.
    if (!rule.accept_widened || !rule.chain.empty()) continue;
    bool used = false;
    for (const Lowered& target : lowered) {
      used = used || is_loose(target.verdicts[static_cast<size_t>(rule.id)].fidelity);
    }
    if (used) continue;
    diagnostics.report({.kind = Kind::acceptance_unused,
                        .span = rule.span,
                        .message = "`accept widened` accepts nothing: every target holds this rule",
                        .help = "remove `accept widened` and its reason"});
  }
}

}  // namespace sbxc
