// Where this machine listens for a command: `listen` rules as addresses to bind.
#pragma once

#include <vector>

#include "backends/bwrap/plan.h"
#include "runtime/egress/egress.h"

namespace sbxc::driver {

// Of a network (`10.0.0.0/8`): the addresses in it that this machine has now. `*` is every address.
std::vector<egress::Forwarding> forwardings(const std::vector<bwrap::Forward>& forwards);

}  // namespace sbxc::driver
