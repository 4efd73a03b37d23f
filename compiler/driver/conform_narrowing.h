// Where `sbxc run` says itself that it allows less than a rule (docs/backends.md, `narrowed`):
// asked about single requests, for a rule that is narrowed at one name holds at the others.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/load.h"
#include "compiler/policy_probes/policy_trials.h"

namespace sbxc::driver {

// For each of the trials at these places of the list why it does not come off although the policy
// allows it; empty: it should. The sandbox is planned for the file system as it is now.
std::vector<std::string> narrowings(const Loaded& loaded, const PolicyTrials& trials,
                                    const std::vector<size_t>& places);

}  // namespace sbxc::driver
