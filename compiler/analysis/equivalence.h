// Whether two policies decide every request on both systems alike.
#pragma once

#include "compiler/decisions/systems.h"

namespace sbxc {

// A request on which they differ, if any.
struct Difference {
  Request request;
  Os os{};
  Effect before{};
  Effect after{};
};
Budgeted<std::optional<Difference>> first_difference(Systems& before, Systems& after);
// Some of each kind: of every operation and system, wider and narrower.
Budgeted<std::vector<Difference>> some_differences(Systems& before, Systems& after);
// In one operation on one system.
Budgeted<std::optional<Difference>> first_difference(Operation operation, Os os,
                                                     const Decided& before, const Decided& after);

}  // namespace sbxc
