// What a set of hosts and ports is: a few requests of it, and the patterns a person would write.
// The counterpart of automata/witness.h and automata/globs_of.h.
#pragma once

#include <vector>

#include "compiler/automata/globs_of.h"
#include "compiler/decisions/host_space.h"
#include "compiler/policy/operation.h"

namespace sbxc {

bool is_empty(const HostSpace& space, const automata::Wanted& wanted);

// Canonical, names before addresses, those with few labels first.
std::vector<HostRequest> some_hosts(const HostSpace& space, const automata::Wanted& wanted,
                                    size_t count);

// As in globs_of.h, but for `except`, which is cut at `at_most` too: then the patterns are not
// complete and may say too much.
automata::GlobSet host_patterns_of(const HostSpace& space, Operation operation,
                                   const automata::Wanted& wanted,
                                   size_t at_most = automata::kMaxGlobs);

}  // namespace sbxc
