// What the plan and the verdicts say beside the mounts, as automata over paths: which part of the
// rules the broker holds, where less is declared, what Landlock grants. The label is one plus bits
// of asked_language.h.
#pragma once

#include <string>
#include <vector>

#include "backends/bwrap/read/asked_language.h"

namespace sbxc::bwrap_read {

// kHeld…, kWide…, kAlsoOld, kLinkHeld: where a rule with such bits takes a path away.
automata::Bounded<automata::Dfa> restricting_language(const Policy& policy,
                                                      const std::vector<Role>& roles,
                                                      const automata::Budget& budget);
// kLess…, where a rule with such bits allows, or denies all but that; kGranted below `granted`;
// kKernelMade.
automata::Bounded<automata::Dfa> allowing_language(const Policy& policy,
                                                   const std::vector<Role>& roles,
                                                   const std::vector<std::string>& granted,
                                                   const automata::Budget& budget);

}  // namespace sbxc::bwrap_read
