// Faults put into a policy on purpose, to see whether its tests notice: the fault model of Martin
// and Xie (2007) for this language. A mutant that decides every request as the policy does is no
// fault, and an automaton says so exactly; one that no test notices comes with a line that would.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/analysis/equivalence.h"

namespace sbxc {

// One rule changed.
struct Mutant {
  Rule rule;         // in place of the one with its id
  std::string what;  // `drop ~/.ssh/**`, `allow instead of deny`
  Span span;         // of what was changed
};

// Of the policy's own rules, in their order. Rules of used files are for those files' tests.
std::vector<Mutant> mutants_of(const Policy& policy);

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

}  // namespace sbxc
