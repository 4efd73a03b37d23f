// What is wrong with statements that the grammar takes: words that name no operation, system or
// limit, `ask` without connect, empty reasons, the version. No name is resolved here.
#pragma once

#include "compiler/diag/diagnostic.h"
#include "compiler/parse/syntax.h"

namespace sbxc {

// False when the file says that it is written in another version: what else it holds is not ours to
// judge.
bool check_supported(const Sources& sources, FileId file, const std::vector<Token>& tokens,
                     Diagnostics& diagnostics);
// Whether the version stands first and once.
void check_version(const Sources& sources, FileId file, const std::vector<Token>& tokens,
                   const Syntax& syntax, Diagnostics& diagnostics);
void check_statements(const Syntax& syntax, Diagnostics& diagnostics);

}  // namespace sbxc
