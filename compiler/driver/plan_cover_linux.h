// Which step of a plan says what lies at a path.
#pragma once

#include <string>

#include "backends/bwrap/plan.h"

namespace sbxc::driver {

// The last that mounts something at the path or above it; null when none does.
const bwrap::Step* last_covering(const bwrap::BwrapPlan& plan, const std::string& path);

}  // namespace sbxc::driver
