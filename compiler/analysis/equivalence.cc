#include "compiler/analysis/equivalence.h"

#include "compiler/decisions/compare.h"
#include "compiler/decisions/same_rules.h"

namespace sbxc {

Budgeted<std::optional<Difference>> first_difference(Operation operation, Os os,
                                                     const Decided& before, const Decided& after) {
  auto result = compare(operation, before, after, {.witnesses = 1, .describe = false});
  if (!result) return tl::unexpected(result.error());
  for (Change* change : {&result->gained, &result->lost}) {
    if (change->empty()) continue;
    Witness& witness = change->witnesses.front();
    return std::optional(Difference{std::move(witness.request), os, witness.before, witness.after});
  }
  return std::optional<Difference>();
}

Budgeted<std::optional<Difference>> first_difference(Systems& before, Systems& after) {
  for (const OperationFacts& facts : kOperations) {
    if (have_same_rules(before.policy(), after.policy(), facts.operation)) continue;
    const bool alike = before.are_alike(facts.operation) && after.are_alike(facts.operation);
    for (const Os os : kEverySystem) {
      if (alike && os == Os::macos) continue;
      const auto& one = before.of(os, facts.operation);
      if (!one) return tl::unexpected(one.error());
      const auto& other = after.of(os, facts.operation);
      if (!other) return tl::unexpected(other.error());
      auto difference = first_difference(facts.operation, os, *one, *other);
      if (!difference || *difference) return difference;
    }
  }
  return std::optional<Difference>();
}

}  // namespace sbxc
