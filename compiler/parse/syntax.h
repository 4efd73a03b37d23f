// The generated parser at work: tokens to AST statements. Internal to this room.
#pragma once

#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/diag/diagnostic.h"
#include "compiler/parse/lexing.h"

namespace sbxc {

struct Syntax {
  std::vector<ast::Statement> statements;
  std::vector<ast::Word> versions;  // the number of each `sbx 1`, wherever it stands
};

// What has no error, in source order; errors are reported.
Syntax parse_syntax(const Sources& sources, FileId file, const std::vector<Token>& tokens,
                    Diagnostics& diagnostics);

}  // namespace sbxc
