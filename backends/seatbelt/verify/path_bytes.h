// An automaton over the names of paths, written out over bytes: for those who compare or describe
// sets of paths by automata over bytes (decisions/compare.h, automata/globs_of.h).
#pragma once

#include "backends/seatbelt/verify/path_dfa.h"

namespace sbxc::paths {

// Says kOutside of what is no canonical path. Minimal.
automata::Dfa to_bytes(const PathSpace& space, const PathDfa& dfa);

}  // namespace sbxc::paths
