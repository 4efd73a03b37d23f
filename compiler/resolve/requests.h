// Concrete requests: the lines of inline tests, and what `explain` is asked.
#pragma once

#include <vector>

#include "compiler/resolve/variables.h"

namespace sbxc {

// The requests that one text names: more than one for `localhost` as an address to listen on alone.
Result<std::vector<Request>> requests_of(Operation operation, const PatternText& text);

std::vector<Test> tests_of(const Unit& unit, UnitId id, const Variables& variables,
                           Session& session);

}  // namespace sbxc
