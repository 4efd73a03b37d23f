// The directories above what is allowed may be looked up, not listed (law 7): programs ask for the
// attributes of every directory on the way (realpath, getcwd, node's module loader).
#pragma once

#include <vector>

#include "backends/seatbelt/path_rules.h"

namespace sbxc::seatbelt {

// Filters for those directories; what may be read anyway is left out.
std::vector<FilterTree> lookup_filters(const PathRules& rules);

}  // namespace sbxc::seatbelt
