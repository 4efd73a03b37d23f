// Globs that may describe parts of a set: guesses, most general first. Each is right about usual
// names and may be wrong about others; who uses one checks it against the set.
#pragma once

#include <vector>

#include "compiler/automata/components.h"
#include "compiler/automata/glob.h"
#include "compiler/automata/word_set.h"

namespace sbxc::automata {

std::vector<Glob> glob_guesses(const WordSet& set, SetSearch& search, FewBytes few);

// How much there is to read: one for a glob, and more for classes and `?`.
double reading_cost(const Glob& glob);

}  // namespace sbxc::automata
