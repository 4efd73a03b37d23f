// What is wrong with statements that the grammar takes: words that name no operation, system or
// limit, `ask` without connect, empty reasons, the version's place. No name is resolved here.
#pragma once

#include "compiler/diag/diagnostic.h"
#include "compiler/parse/syntax.h"

namespace sbxc {

void check_version(const Sources& sources, FileId file, const std::vector<Token>& tokens,
                   const Syntax& syntax, Diagnostics& diagnostics);
void check_statements(const Syntax& syntax, Diagnostics& diagnostics);

}  // namespace sbxc
