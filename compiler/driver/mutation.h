// `sbxc test --mutate`: faults put into the policy, and a test that notices those that no test
// does.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/mutation_run.h"
#include "compiler/driver/load.h"

namespace sbxc::driver {

struct Mutation {
  MutationRun run;
  // A statement to paste at the end of the policy; empty when every fault is noticed. Pasted, it
  // passes, and every survivor fails.
  std::string test;

  // Why some are not decided, where it is the policy itself that is too entangled.
  std::optional<OverBudget> over{};

  size_t faults() const { return run.mutants - run.equivalent - run.not_decided; }
  // Of the faults, how many in a hundred are noticed; 100 when there is none.
  double score() const;
  // What the score could be at least and at most, were all mutants decided.
  double least_score() const;
  double most_score() const;
};

// Why faults are not tried, when that would take too long.
std::optional<Diagnostic> too_many_faults(const Policy& policy);

// `policy` is that of `loaded`, perhaps with fewer tests.
Mutation mutate(const PolicyOptions& options, const Loaded& loaded, const Policy& policy);

}  // namespace sbxc::driver
