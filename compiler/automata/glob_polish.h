// The last hand on rules that say what a set is: the same words, said in fewer and shorter globs.
#pragma once

#include <string>
#include <vector>

#include "compiler/automata/word_set.h"

namespace sbxc::automata {

// Leaves out globs that the others make up for, shortens exceptions (`/w/keep/**/*.key` to
// `/w/keep/**` where that is as true), and makes one rule of those that may share exceptions.
std::vector<GlobRule> polish(std::vector<GlobRule> rules, SetSearch& search);

// As text, globs that differ in one name in braces: `/w/{a,b,c}/**`.
std::vector<std::string> write_globs(const std::vector<Glob>& globs, size_t at_most);

}  // namespace sbxc::automata
