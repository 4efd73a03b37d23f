// What comes in through `use`: which rules of which file, and what `use … except` takes away from
// the deny rules among them.
#pragma once

#include <vector>

#include "compiler/resolve/pattern_lists.h"

namespace sbxc {

inline constexpr size_t kMaxInstances = 1024;  // files, counted once for each different `except`

// `rules[i]` are those of unit i as stated. Gives the policy's rules, numbered.
std::vector<Rule> inherit_rules(const Units& units, const std::vector<std::vector<Rule>>& rules,
                                PatternLists& lists, Session& session);

}  // namespace sbxc
