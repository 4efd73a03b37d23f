// What claims say of every host and port, as the value that decisions of any origin are compared by
// (compiler/decisions/compare.h).
#pragma once

#include "backends/proxy/read/host_claims.h"
#include "compiler/decisions/host_space.h"

namespace sbxc::hosts {

// Labels are verdicts (label_of).
HostSpace host_space_of(const Claims& claims);

}  // namespace sbxc::hosts
