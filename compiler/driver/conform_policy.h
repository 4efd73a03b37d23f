// The policy that a run of the suite measures with: what it says of the requests that probes are
// about, on a stage like those that they get.
#pragma once

#include <string>

#include "compiler/driver/load.h"
#include "conformance/suite/evidence.h"

namespace sbxc::driver {

// std/agent where no policy is named.
inline constexpr std::string_view kUsualPolicy = "sbx 1\nuse std/agent\n";

// The stage that stands for all of them, and is nowhere.
std::string stage_root();

// Loaded as `sbxc run` would on a stage.
Loaded load_for_stages(const PolicyOptions& options);

// `loaded` has a policy and outlives the answers.
conform::Allowed answers_of(const Loaded& loaded);

}  // namespace sbxc::driver
