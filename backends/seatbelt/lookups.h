// The directories above what is allowed may be looked up, not listed (law 7): programs ask for the
// attributes of every directory on the way (realpath, getcwd, node's module loader).
#pragma once

#include <optional>
#include <vector>

#include "backends/seatbelt/path_rules.h"

namespace sbxc::seatbelt {

struct Lookup {
  FilterTree filter;
  std::optional<RuleId> rule;  // the first that needs it; none for the links of the system
};

// Those directories; what may be read anyway is left out.
struct Lookups {
  std::vector<Lookup> named;  // also where a rule denies them: something below is allowed
  // Wherever a wildcard of an allow pattern may lead: of these what is denied stays denied.
  std::optional<Lookup> of_patterns{};
};
Lookups lookups(const PathRules& rules);

}  // namespace sbxc::seatbelt
