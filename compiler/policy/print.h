// A resolved policy as sbx text that means the same: variables filled in, sets unfolded, what `use`
// brought in written out with its file named in a comment. `sbxc show` prints it, and property
// tests print what they shrank.
//
// Left out: `param`, `let` and `use` (resolved away), and names that the language cannot spell
// (with a newline in them; they can only come from a variable).
#pragma once

#include <string>
#include <vector>

#include "compiler/policy/policy.h"

namespace sbxc {

std::string print(const Policy& policy);
std::string print(const Policy& policy, const Rule& rule);  // one statement, without `on OS`

// One pattern, or several where braces were expanded, each as the language spells it.
std::vector<std::string> print_patterns(const Policy& policy, const Pattern& pattern);
// A request's target as a test of the language spells it.
std::string print_target(const Request& request);

}  // namespace sbxc
