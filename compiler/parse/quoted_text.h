// Text in quotes: reasons, titles, values. Patterns in quotes are not text; their escapes are the
// pattern's business.
#pragma once

#include "compiler/ast/ast.h"
#include "compiler/diag/diagnostic.h"

namespace sbxc {

// `span` covers the quotes. A backslash stands before `"`, `\`, `n` or `t`; others are reported.
ast::Text unquote(const Sources& sources, Span span, Diagnostics& diagnostics);

}  // namespace sbxc
