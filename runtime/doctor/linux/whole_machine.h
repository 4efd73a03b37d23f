// A plan to try bubblewrap with: all of this machine for reading, with the namespaces and the
// mounts that every plan has.
#pragma once

#include "backends/bwrap/plan.h"

namespace sbxc::doctor {

bwrap::BwrapPlan plan_of_whole_machine();

}  // namespace sbxc::doctor
