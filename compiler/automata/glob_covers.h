// Whether one glob holds every word of another, read off the two texts: cheap, and sure when it
// says yes. It may say no where only the automata would show it.
#pragma once

#include "compiler/automata/glob.h"

namespace sbxc::automata {

bool covers(const NameGlob& big, const NameGlob& small, GlobKind kind);
bool covers(const Glob& big, const Glob& small);

}  // namespace sbxc::automata
