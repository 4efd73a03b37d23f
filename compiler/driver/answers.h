// Where in what is emitted one request is answered, found by the readers of the artifacts: the step
// of a plan, the comparison of a filter, the entry of a table of hosts. What no rule speaks of has
// such a place as well. Left out: profiles, whose lines the source map names (emitted_lines.h).
#pragma once

#include <vector>

#include "backends/source_map/source_map.h"
#include "backends/target/target.h"

namespace sbxc::driver {

// None where the target does not decide such requests.
std::vector<Held> answers_of(const Lowered& lowered, const Policy& policy, const Request& request);

}  // namespace sbxc::driver
