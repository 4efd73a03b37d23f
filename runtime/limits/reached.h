// What the kernel has counted in a control group: how often a limit of it was met. Resource limits
// of single processes are not counted by anybody.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/limits/limits.h"

namespace sbxc::limits {

struct Reached {
  LimitKind kind{};
  uint64_t times = 0;  // memory: processes that were ended for it; processes: that were not started
};

// Of the group in this directory, limits that were met. To be asked before the group is removed.
// Reference: the kernel's Documentation/admin-guide/cgroup-v2.rst, `memory.events`, `pids.events`.
std::vector<Reached> reached_in(const std::string& group);

}  // namespace sbxc::limits
