// The variables that the command gets: those of outside that the policy lets pass, and those that
// it sets. Everything else is cleared.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "backends/bwrap/plan.h"

namespace sbxc::bwrap {

EnvironmentPart environment_part(const Policy& policy,
                                 const std::optional<std::map<std::string, std::string>>& outside,
                                 Os os = Os::linux);

}  // namespace sbxc::bwrap
