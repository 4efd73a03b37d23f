// What came of the trials of a policy, as outcomes of probes: for each rule one about what must be
// refused around it, one about what must work, and one about what the sandbox says that it narrows.
#pragma once

#include <vector>

#include "compiler/policy_probes/policy_trials.h"
#include "compiler/source/source.h"
#include "conformance/suite/outcome.h"

namespace sbxc {

struct PolicyOutcomes {
  std::vector<conform::ProbeOutcome> outcomes;
  conform::RuleCoverage coverage;
};

// `tried` are in the order of the trials, made on this system.
PolicyOutcomes outcomes_of(const Policy& policy, const Sources& sources, const PolicyTrials& trials,
                           const std::vector<conform::Tried>& tried, Os os);

}  // namespace sbxc
