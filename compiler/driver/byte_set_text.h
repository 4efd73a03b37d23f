// A set of bytes as a person reads it: `/`, `[a-z]`, `[^/]`, `any`.
#pragma once

#include <string>

#include "compiler/automata/nfa.h"

namespace sbxc::driver {

std::string text_of(const automata::Bytes& bytes);

}  // namespace sbxc::driver
