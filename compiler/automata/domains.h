// The languages of canonical requests: every automaton is built inside one of them, so that a
// witness is something that can really be asked for. NAME_MAX and PATH_MAX are not modelled.
#pragma once

#include "compiler/automata/dfa.h"

namespace sbxc::automata {

inline constexpr Label kInside{1};

const Dfa& every_word();
// "/" or components that are not empty, `.` or `..`, each behind a slash; no NUL.
const Dfa& canonical_paths();
// A canonical path, or `@` and at least one byte other than NUL.
const Dfa& socket_names();
// Not empty, without NUL and `/`: names of variables and of Mach services.
const Dfa& plain_names();

}  // namespace sbxc::automata
