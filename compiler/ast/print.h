// An AST as indented text, one node a line: what `sbxc show --stage ast` prints and what the
// parser's tests compare. Spans are byte offsets, `@4-9`. Comments are not shown.
#pragma once

#include <string>

#include "compiler/ast/ast.h"

namespace sbxc::ast {

enum class Spans { shown, hidden };

std::string print(const File& file, Spans spans = Spans::shown);

}  // namespace sbxc::ast
