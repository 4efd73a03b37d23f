// Which faults of a policy its tests notice. A mutant that decides every request as the policy does
// is no fault, and automata say so exactly; one that no test notices comes with a line that would.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/analysis/equivalence.h"
#include "compiler/analysis/mutants.h"

namespace sbxc {

struct Survivor {
  Mutant mutant;
  Difference witness;  // before: the policy; after: the mutant
  std::string line;    // for a test: `deny read /home/u/.ssh/a`
};

struct MutationRun {
  size_t mutants = 0;
  size_t killed = 0;
  size_t equivalent = 0;   // proved
  size_t not_decided = 0;  // over the budget
  std::vector<Survivor> survivors;
};

// `progress` is told how many of the mutants are done, and may be empty.
MutationRun run_mutants(Systems& systems,
                        const std::function<void(size_t done, size_t all)>& progress = {});

// Whether a fault may change what is decided of a request: one of the rules held it or holds it
// now, and not both with the same effect. `policy` is without the fault.
bool may_matter(const Policy& policy, const Mutant& mutant, const Request& request);

}  // namespace sbxc
