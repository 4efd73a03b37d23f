#include "compiler/analysis/over_budget.h"

#include "compiler/decisions/over_budget.h"

namespace sbxc {

void blame(const Policy& policy, const OverBudget& over, Diagnostic& diagnostic) {
  Diagnostic reason = over_budget(policy, over);
  if (reason.span) diagnostic.labels.push_back({*reason.span, std::move(reason.underline)});
  for (Label& label : reason.labels) diagnostic.labels.push_back(std::move(label));
  diagnostic.notes.push_back(std::move(reason.message));
  diagnostic.help = std::move(reason.help);
}

}  // namespace sbxc
