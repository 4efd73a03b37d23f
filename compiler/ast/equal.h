// Whether two files say the same, statement by statement, wherever the text stands. Comments and
// spans don't count; order does, for an AST is text, not meaning.
#pragma once

#include "compiler/ast/ast.h"

namespace sbxc::ast {

bool equal(const File& a, const File& b);

}  // namespace sbxc::ast
