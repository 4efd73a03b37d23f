// The part of the comparison that looks at files: names that exist now are held by mounts alone,
// for the broker speaks of names that appear later; and no directory above an existing name that
// may not be written can be moved (law 8). Walks only where the walk over names left
// something to be found, so a subtree on which policy and plan agree costs nothing.
#pragma once

#include "backends/bwrap/read/joint_walk.h"
#include "backends/bwrap/read/path_comparison.h"

namespace sbxc::bwrap_read {

void compare_standing_files(const CompareInput& input, const JointWalk& joint,
                            PathComparison& result);

}  // namespace sbxc::bwrap_read
