// The set is what comparing the policy with one that allows nothing gains. The question's pattern
// goes in as one more rule, `deny everything except it`: what then is allowed is the answer.
#include "compiler/explain/query.h"

#include <algorithm>

#include "compiler/explain/rule_globs.h"
#include "compiler/explain/rules_about.h"
#include "compiler/policy/overlap.h"

namespace sbxc {

namespace {

constexpr Effect kDenied = Effect::deny;

void keep_within(Policy& policy, Operation operation, const std::vector<Pattern>& within) {
  if (within.empty()) return;
  Rule rule;
  rule.id = static_cast<RuleId>(policy.rules.size());
  rule.effect = kDenied;
  rule.operation = operation;
  rule.patterns = every_request(operation);
  rule.except = within;
  policy.rules.push_back(std::move(rule));
}

// The policy as it is for somebody who answers every question with no.
Policy without_asking(const Policy& policy) {
  Policy changed = policy;
  for (Rule& rule : changed.rules) {
    if (rule.effect == Effect::ask) rule.effect = kDenied;
  }
  return changed;
}

// What is asked about is what ask rules match and no deny rule does.
Policy only_asking(const Policy& policy) {
  Policy changed = policy;
  std::erase_if(changed.rules, [](const Rule& rule) { return rule.effect == Effect::allow; });
  for (size_t i = 0; i < changed.rules.size(); ++i) {
    changed.rules[i].id = static_cast<RuleId>(i);
    if (changed.rules[i].effect == Effect::ask) changed.rules[i].effect = Effect::allow;
  }
  return changed;
}

// What `policy` allows inside of the question; `asked` is the policy with the question in it.
Budgeted<Change> allowed_by(const Policy& policy, const Policy& asked, Os os, Operation operation,
                            const std::vector<Pattern>& within, CompareOptions options) {
  const auto nothing = decisions_of(Policy{}, os, operation, options.budget);
  const auto something = decisions_of(asked, os, operation, options.budget);
  if (!nothing) return tl::unexpected(nothing.error());
  if (!something) return tl::unexpected(something.error());
  std::optional<automata::GlobSet> familiar;
  if (std::holds_alternative<automata::Dfa>(*something)) {
    familiar = globs_of_rules(policy, os, operation, within, *something, options.budget);
  }
  options.describe = !familiar;
  auto compared = compare(operation, *nothing, *something, options);
  if (!compared) return tl::unexpected(compared.error());
  if (familiar) compared->gained.patterns = std::move(*familiar);
  return std::move(compared->gained);
}

bool meet(const std::vector<Pattern>& a, const std::vector<Pattern>& b) {
  return std::any_of(a.begin(), a.end(), [&](const Pattern& one) {
    return std::any_of(b.begin(), b.end(),
                       [&](const Pattern& other) { return overlap(one, other); });
  });
}

}  // namespace

Budgeted<QueryAnswer> query(const Policy& policy, Os os, Operation operation,
                            const std::vector<Pattern>& within, const CompareOptions& options) {
  QueryAnswer answer{.os = os, .sets = {}};
  Policy asked = policy;
  keep_within(asked, operation, within);
  auto allowed =
      allowed_by(without_asking(policy), without_asking(asked), os, operation, within, options);
  if (!allowed) return tl::unexpected(allowed.error());
  answer.sets.push_back({Effect::allow, std::move(*allowed)});
  const bool asks = std::any_of(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) {
    return rule.effect == Effect::ask && rule.operation == operation;
  });
  if (asks) {
    auto questions =
        allowed_by(only_asking(policy), only_asking(asked), os, operation, within, options);
    if (!questions) return tl::unexpected(questions.error());
    answer.sets.push_back({Effect::ask, std::move(*questions)});
  }
  const auto inside = within.empty() ? every_request(operation) : within;
  const auto concerns = [&](const Rule& rule) {
    return rule.os.has(os) && is_about(rule, operation) && meet(rule.patterns, inside);
  };
  for (const Rule& rule : policy.rules) {
    if (rule.effect != kDenied && concerns(rule)) answer.granting.push_back(rule.id);
  }
  for (const Rule& rule : policy.rules) {
    if (rule.effect != kDenied || !concerns(rule)) continue;
    const bool takes = std::any_of(
        answer.granting.begin(), answer.granting.end(),
        [&](RuleId granting) { return meet(rule.patterns, policy.rule(granting).patterns); });
    if (takes) answer.taking_away.push_back(rule.id);
  }
  return answer;
}

}  // namespace sbxc
