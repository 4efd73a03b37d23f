// Assertions over every request at once: proved, or refuted by a request that breaks them.
#pragma once

#include <optional>

#include "compiler/decisions/compare.h"
#include "compiler/decisions/systems.h"

namespace sbxc {

// `never` and `always`: a shortest request of `pattern`, outside of the assertion's exceptions,
// that does not have the verdict asserted on `os`. None is a proof.
Budgeted<std::optional<Request>> counterexample(Systems& systems, Os os, const Assertion& assertion,
                                                const Pattern& pattern);

// `within`: for each operation the requests that the policy does not deny and the baseline does.
// None is a proof.
struct Beyond {
  Operation operation{};
  Request witness;
  automata::GlobSet patterns;
};
Budgeted<std::vector<Beyond>> beyond(Systems& policy, Systems& baseline, Os os);

}  // namespace sbxc
