#include <fmt/core.h>

#include <algorithm>

#include "compiler/check/findings.h"
#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

constexpr size_t kRulesShown = 3;

}  // namespace

void explain(const Policy& policy, const Decision& decision, Diagnostic& diagnostic) {
  if (decision.deciding.empty()) {
    diagnostic.notes.push_back("no rule matches it, and what no rule allows is denied");
    return;
  }
  size_t shown = 0;
  for (const RuleId id : decision.deciding) {
    const Rule& rule = policy.rule(id);
    const bool known = std::any_of(diagnostic.labels.begin(), diagnostic.labels.end(),
                                   [&](const Label& label) { return label.span == rule.head; });
    if (known) continue;
    if (shown == kRulesShown) {
      diagnostic.notes.push_back(fmt::format("{} rules decide in all", decision.deciding.size()));
      break;
    }
    ++shown;
    diagnostic.labels.push_back({rule.head, rule.because.empty()
                                                ? "this rule decides"
                                                : fmt::format("this rule decides, because \"{}\"",
                                                              printable(rule.because))});
  }
}

std::string on_systems(OsSet some, OsSet all) {
  if (some == all) return {};
  return some.linux ? " on Linux" : " on macOS";
}

std::string_view participle(Effect verdict) {
  switch (verdict) {
    case Effect::allow:
      return "allowed";
    case Effect::ask:
      return "asked about";
    case Effect::deny:
      return "denied";
  }
  return {};
}

std::string sentence(Effect effect, const Request& request) {
  return fmt::format("{} {} {}", name_of(effect), name_of(request.operation),
                     printable(request.text()));
}

}  // namespace sbxc
