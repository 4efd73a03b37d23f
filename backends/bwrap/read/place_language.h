// The places of a mount table as an automaton over paths: the label of a path is what is shown
// there, plus one. Words that are no paths have some label; whoever combines it with an automaton
// of canonical paths is rid of them.
#pragma once

#include <map>
#include <string>

#include "backends/bwrap/read/mount_table.h"
#include "compiler/automata/dfa.h"

namespace sbxc::bwrap_read {

automata::Dfa language_of(const std::map<std::string, Place>& places);

}  // namespace sbxc::bwrap_read
