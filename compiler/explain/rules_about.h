// Which rules take part in an operation's verdicts, and patterns for all its requests.
#pragma once

#include <vector>

#include "compiler/policy/policy.h"

namespace sbxc {

// Law 4 makes some rules speak of another operation than their own: an allowed write is an allowed
// read, a denied read is a denied write and exec.
bool is_about(const Rule& rule, Operation operation);

// Patterns that hold every request of the operation.
std::vector<Pattern> every_request(Operation operation);

}  // namespace sbxc
