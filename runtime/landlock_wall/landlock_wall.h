// What the second wall has to let through: the plan's mounts, said again in Landlock's terms. What
// the mounts allow is granted, what they do not show is not; see landlock_wall.cc for the few
// places where the one cannot say what the other does.
#pragma once

#include <string>
#include <vector>

#include "backends/bwrap/plan.h"
#include "runtime/landlock/landlock.h"

namespace sbxc::landlock {

struct OwnedGrant {
  std::string path;
  Rights rights = 0;
  bool optional = false;
};

// A wall that owns its texts; on the launcher's side.
struct OwnedWall {
  Rights handled = 0;  // 0: files are left to the mounts, only the scopes are installed
  std::vector<OwnedGrant> grants;

  // Points into `grants` of this.
  std::vector<Grant> borrowed() const;
};

// The wall inside the mounts of `plan`, for a kernel of that ABI.
OwnedWall wall_of(const bwrap::BwrapPlan& plan, int abi);

}  // namespace sbxc::landlock
