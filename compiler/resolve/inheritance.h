// What comes in through `use`: which rules of which file, and what `use … except` takes away from
// the deny rules among them.
#pragma once

#include <vector>

#include "compiler/resolve/pattern_lists.h"

namespace sbxc {

inline constexpr size_t kMaxInstances = 1024;  // files, counted once for each different `except`

// What one file states.
struct Stated {
  std::vector<Rule> rules;
  std::vector<Assertion> assertions;
};

// `stated[i]` is that of unit i. Adds the policy's rules, numbered, and its assertions: what a
// `use` excepts from deny rules it excepts from `assert never` as well, or nobody could use it.
void inherit(const Units& units, std::vector<Stated> stated, PatternLists& lists, Session& session,
             Policy& policy);

}  // namespace sbxc
