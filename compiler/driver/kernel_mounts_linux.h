// File systems of the kernel (proc, sysfs and the like) that are mounted below a directory that the
// policy lets be written: a chroot of somebody's with its own /proc. Their files are the machine's
// settings, and root may write them by file mode alone, whatever it lacks in capabilities.
#pragma once

#include <string>
#include <vector>

#include "backends/bwrap/plan.h"

namespace sbxc::driver {

// Where such a file system would be writable inside: these are to be made read-only. What lies at
// /proc and /sys themselves is the plan's business.
std::vector<std::string> writable_kernel_mounts(const bwrap::BwrapPlan& plan);

}  // namespace sbxc::driver
