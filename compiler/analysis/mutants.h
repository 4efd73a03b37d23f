// Faults put into a policy on purpose, to see whether its tests notice: the fault model of Martin
// and Xie (2007) for this language.
#pragma once

#include <string>
#include <vector>

#include "compiler/policy/policy.h"

namespace sbxc {

struct Mutant {
  std::vector<Rule> rules;  // each in place of the one with its id; several when a `use` is changed
  std::string what;         // `without this rule`, `allow instead of deny`
  Span span;                // of what was changed
};

// Of the policy's own statements, by their rules' order. What used files say themselves is for
// those files' tests.
std::vector<Mutant> mutants_of(const Policy& policy);

// The policy with a fault, while this lives.
class Mutated {
 public:
  Mutated(Policy& policy, const Mutant& mutant);
  ~Mutated();
  Mutated(const Mutated&) = delete;
  Mutated& operator=(const Mutated&) = delete;

 private:
  Policy& policy_;
  std::vector<Rule> originals_;
};

}  // namespace sbxc
