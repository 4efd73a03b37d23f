// Why something that `trim` cuts changes nothing: what the rest of the policy says of all that it
// held, the same or what beats it.
#pragma once

#include <vector>

#include "compiler/analysis/trim.h"

namespace sbxc {

enum class CutPart : uint8_t { statement, pattern, exception };

struct CutReason {
  CutPart part{};
  std::vector<RuleId> rules{};   // of the rest, that hold what it held; in their order
  bool more_rules = false;       // than a person would read
  bool never_allowed = false;    // some of it, or all, no rule that is left allows
  bool matches_nothing = false;  // its own exceptions hold all of it; an exception: no pattern does
};

// `rest` is `whole` without what was cut, its rules with the numbers that they have there. The
// rules are found one after the other, the one that holds most of what is left first: few, not
// always the fewest.
Budgeted<CutReason> reason_for(const Policy& whole, Systems& rest, const Cut& cut);

}  // namespace sbxc
