// The part of a profile that holds read, write and exec, the pins that keep names in their rules,
// and what those rules are on this target.
#pragma once

#include <vector>

#include "backends/seatbelt/path_rules.h"
#include "backends/seatbelt/profile_writer.h"

namespace sbxc::seatbelt {

struct PathSection {
  std::vector<NamedFilter> allow_socket;  // defined here too, for the network section
  std::vector<NamedFilter> deny_socket;
};

// Refines `verdicts` (one a rule, exact to begin with) and adds diagnostics of the target as a
// whole.
PathSection write_path_section(const Policy& policy, const PathRules& rules, ProfileWriter& writer,
                               Lowered& lowered);

}  // namespace sbxc::seatbelt
