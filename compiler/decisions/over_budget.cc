#include "compiler/decisions/over_budget.h"

#include <fmt/format.h>

namespace sbxc {

Diagnostic over_budget(const Policy& policy, const OverBudget& over) {
  Diagnostic d{Kind::too_many_states, {}, {}};
  d.message =
      fmt::format("deciding `{}` takes more than {} states", name_of(over.operation), over.states);
  if (!over.rules.empty()) {
    d.span = policy.rule(over.rules[0]).span;
    d.underline = over.rules.size() > 1 ? "this rule" : "this rule does so alone";
  }
  if (over.rules.size() > 1) {
    d.labels.push_back({policy.rule(over.rules[1]).span, "and this one multiply each other"});
  }
  d.help =
      "wildcards with more wildcards behind them multiply, `/**/a/**` or `*a??`: write names out, "
      "or "
      "use fewer of them";
  return d;
}

}  // namespace sbxc
