#include "compiler/decisions/systems.h"

#include <algorithm>

#include "compiler/decisions/verdict_classes.h"

namespace sbxc {

bool Systems::are_alike(Operation operation) const {
  return std::all_of(policy_.rules.begin(), policy_.rules.end(), [&](const Rule& rule) {
    return !takes_part(rule, operation) || rule.os == OsSet{};
  });
}

const Budgeted<Decided>& Systems::of(Os os, Operation operation) {
  if (are_alike(operation)) os = Os::linux;
  const auto found = known_.find({os, operation});
  if (found != known_.end()) return found->second;
  return known_.emplace(std::pair(os, operation), decisions_of(policy_, os, operation, budget_))
      .first->second;
}

}  // namespace sbxc
