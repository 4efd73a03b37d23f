// The targets that a command line names.
#pragma once

#include <string>
#include <vector>

#include "backends/target/target.h"

namespace sbxc::driver {

// In their fixed order, each once; all when none is named. A wrong name is reported.
std::vector<TargetName> chosen_targets(const std::vector<std::string>& names,
                                       Diagnostics& diagnostics);

}  // namespace sbxc::driver
