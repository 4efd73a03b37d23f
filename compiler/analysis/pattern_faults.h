// What a pattern may have been meant to be: one step wider or narrower.
#pragma once

#include <vector>

#include "compiler/policy/policy.h"

namespace sbxc {

std::vector<Pattern> pattern_faults(const Pattern& pattern);

}  // namespace sbxc
