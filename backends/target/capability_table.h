// The capability tables of all targets as the Markdown table of docs/backends.md.
#pragma once

#include <span>
#include <string>

#include "backends/target/target.h"

namespace sbxc {

// One row per operation, one column per target, then one line of `how` for each cell.
std::string render_capabilities(std::span<const Capability> rows);

}  // namespace sbxc
