// Comparing two patterns of one operation without automata: whether any request matches both, and
// whether one covers the other. `overlap` is exact but for list files, which it takes to overlap
// everything. `covers` is sound and not complete: true is a proof, false is not.
#pragma once

#include <string>

#include "compiler/policy/policy.h"

namespace sbxc {

bool overlap(const PathGlob& a, const PathGlob& b);
bool overlap(const NameGlob& a, const NameGlob& b);
bool overlap(const Pattern& a, const Pattern& b);

bool covers(const PathGlob& wide, const PathGlob& narrow);
bool covers(const NameGlob& wide, const NameGlob& narrow);
bool covers(const Pattern& wide, const Pattern& narrow);
// Whether one of the patterns covers `narrow`.
bool covers(const std::vector<Pattern>& wide, const Pattern& narrow);

// What a pattern says, variables filled in: equal for patterns that are written apart but are one.
std::string text(const Pattern& pattern);

}  // namespace sbxc
