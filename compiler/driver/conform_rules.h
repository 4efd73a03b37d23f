// The probes that are made from the policy itself: every rule's boundary, made real below a stage
// of their own and tried with few starts of the sandbox.
#pragma once

#include "compiler/driver/conform_options.h"
#include "compiler/policy_probes/policy_outcomes.h"
#include "conformance/suite/fault.h"

namespace sbxc::driver {

// Whether the run is about them at all: the names of probes asked for, the part of the run, and a
// policy that the sandbox is known to be under.
bool wants_rules(const ConformOptions& options);

conform::Result<PolicyOutcomes> try_rules(const ConformOptions& options);

// By the names that were asked for.
bool is_chosen(const ConformOptions& options, const std::string& id);
void keep_chosen(const ConformOptions& options, PolicyOutcomes& outcomes);

}  // namespace sbxc::driver
