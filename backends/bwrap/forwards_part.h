// The ports that the launcher forwards into the command's network namespace: those that `listen`
// rules allow, less those that exceptions and denials take away.
#pragma once

#include <vector>

#include "backends/bwrap/plan.h"

namespace sbxc::bwrap {

// A port that is taken away for some of a forward's addresses is taken away for all of them: a
// forward names one network.
std::vector<Forward> forwards_part(const Policy& policy);

}  // namespace sbxc::bwrap
