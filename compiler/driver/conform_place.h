// Where on a stage the probe program stands: a policy need not let programs of the project be run.
#pragma once

#include <string>

#include "compiler/driver/conform_options.h"
#include "compiler/driver/load.h"
#include "conformance/suite/fault.h"

namespace sbxc::driver {

struct ProbePlace {
  std::string below;               // the stage's root: `home/work/.sbxc-probe`
  bool needs_a_rule_more = false;  // the policy has none: policy_that_runs()
};

// The usual place if the policy lets a program be run there, another one if not. `loaded` is what
// load_for_stages() gave, and has a policy.
conform::Result<ProbePlace> probe_place(const ConformOptions& options, const Loaded& loaded);

// The text of a policy which uses that of a file, and lets `program` be run.
std::string policy_that_runs(const std::string& file, const std::string& program);

// Why there is no place, with what to do about it.
conform::Fault no_place_in_another_sandbox();
conform::Fault no_place_at_all();

}  // namespace sbxc::driver
