// What in the filters decides one system call, or one part of a call.
#pragma once

#include <span>

#include "backends/source_map/source_map.h"
#include "backends/target/target.h"

namespace sbxc {

// For each architecture that has the call, the last comparison on its way through the filter, with
// the lines of the policy that the source map has for it. A facet (`ioctl:TIOCSTI`) is followed
// with arguments that make it that facet and, where there are such, no other.
Result<std::vector<Held>> how_seccomp_holds(std::span<const Artifact> artifacts, SyscallId call,
                                            const SourceMap& map);

}  // namespace sbxc
