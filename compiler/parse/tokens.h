// The tokens of a file as text, for `sbxc show --stage tokens`: place, kind and text, one a line.
//   1:1   sbx      `sbx`
#pragma once

#include <string>

#include "compiler/source/source.h"

namespace sbxc {

// Works for any text; empty when a limit of the lexer is passed.
std::string dump_tokens(const Sources& sources, FileId file);

}  // namespace sbxc
