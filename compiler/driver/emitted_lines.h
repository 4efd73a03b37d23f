// From a policy's rules to the lines that were emitted for them, and back: what `explain` prints
// beside a verdict, and how an audit record or a line of a profile leads to the policy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/target/target.h"

namespace sbxc::driver {

struct EmittedLine {
  std::string file;
  uint32_t where = 0;  // as in the source map: a line, an instruction, a step, an entry
  std::string text;    // of a text artifact's line; else empty
};

// Of any of the rules, in the order they were emitted.
std::vector<EmittedLine> emitted_for(const Lowered& lowered, const std::vector<RuleId>& rules);

// The rules that `file:where` came from; empty when the source map has no such place.
std::vector<RuleId> rules_of(const Lowered& lowered, std::string_view file, uint32_t where);

}  // namespace sbxc::driver
