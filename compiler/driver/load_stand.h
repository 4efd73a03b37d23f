// A policy as it is where a stage of the conformance suite is (or is to be).
#pragma once

#include "compiler/driver/load.h"
#include "compiler/policy_probes/policy_trials.h"
#include "conformance/suite/fault.h"

namespace sbxc::driver {

// std/agent where the options name no policy. Has a policy, or is a fault.
conform::Result<Loaded> load_at(const PolicyOptions& options, const Stand& stand);

// The socket of an agent that the environment names there.
std::string agent_socket(const Stand& stand);

}  // namespace sbxc::driver
