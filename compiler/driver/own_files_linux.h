// The files of a sandbox with a network by which programs resolve names: /etc/hosts, resolv.conf
// and nsswitch.conf say what is true inside, whatever they say on this machine.
#pragma once

#include <string>
#include <vector>

#include "backends/bwrap/plan.h"
#include "runtime/launch/launch.h"

namespace sbxc::driver {

// One that has no place (its directory is this machine's, and has no such file) is left out:
// programs then do as if it were empty, which asks 127.0.0.1 for every name, and that is answered.
std::vector<launch::OwnFile> own_files(const bwrap::BwrapPlan& plan);

}  // namespace sbxc::driver
