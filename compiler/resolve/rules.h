// Rule statements to typed rules, file by file. Which rules take part, and how often, is
// inheritance.h's business: these are the rules as their file states them.
#pragma once

#include <vector>

#include "compiler/resolve/pattern_lists.h"

namespace sbxc {

// One for each rule statement of the unit that says anything; ids and chains are not set yet.
std::vector<Rule> rules_of(const Unit& unit, UnitId id, PatternLists& lists, Session& session);

std::vector<Assertion> assertions_of(const Unit& unit, UnitId id, PatternLists& lists,
                                     Session& session, std::vector<Input>& inputs);

// The systems on which an operation exists at all: Mach services are macOS's, system calls Linux's.
OsSet systems_of(Operation operation);
OsSet both(OsSet a, OsSet b);
inline bool is_empty(OsSet os) { return !os.linux && !os.macos; }

}  // namespace sbxc
