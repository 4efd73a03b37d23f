// The boundary of what each pattern and exception of a policy holds: requests just inside and just
// outside of it, at its ends and at every wildcard. What they get is for `decide` to say; they are
// made so that somebody can try them and see whether he gets the same.
#pragma once

#include <string>
#include <vector>

#include "compiler/analysis/rule_unit.h"
#include "compiler/decisions/decisions.h"

namespace sbxc {

enum class Side : uint8_t { inside, outside };

struct BoundaryRequest {
  Request request;
  Side side{};        // of what the pattern holds by itself
  std::string where;  // `itself`, `longer`, "at `*`"
};

struct UnitBoundary {
  RuleUnit unit;
  std::vector<BoundaryRequest> requests{};
  // No request is held: the rule's exceptions hold all of it; of an exception, no pattern holds
  // any.
  bool empty = false;
  bool everything = false;  // no request is outside

  const BoundaryRequest* first(Side side) const;
};

struct BoundaryOptions {
  // Directories where a file can be made. A pattern's boundary is looked for in the deepest one
  // above what it names, else in the first one that it leads to, else wherever it leads.
  std::vector<std::string> places{"/"};
  automata::Budget budget{.states = 20'000};
};

// Of the policy's rules that exist on the system, those of used files included, in their order.
// Every unit that holds something has a request inside, and one outside unless it holds everything;
// where an automaton would be needed to find one and grows over the budget, it has none.
std::vector<UnitBoundary> boundaries_of(const Policy& policy, Os os,
                                        const BoundaryOptions& options = {});

}  // namespace sbxc
