// The words for a syntax error. The parser says what it wanted and at which token it did not get
// it; everything else is read off the tokens before it, since a statement's own tokens are few.
// Knows nothing of ANTLR.
#pragma once

#include <span>

#include "compiler/diag/diagnostic.h"
#include "compiler/parse/lexing.h"

namespace sbxc {

// What the grammar asked for where it failed.
enum class Wanted : uint8_t {
  statement,        // at the start of a line of the file
  statement_end,    // after a whole statement
  block_statement,  // at the start of a line of an `on` block
  test_line,        // at the start of a line of a test
  block_end,        // `}`
  version_number,
  name,    // of a policy, param, let, variable, limit
  target,  // of `use`
  equals,
  operation,
  pattern,
  set_end,  // `,` or `}` in a set
  text,
  value,      // of a limit
  widened,    // after `accept`
  env,        // after `set`
  assertion,  // never, always, within
  system,
  block,  // `{`
};

struct SyntaxError {
  Wanted wanted;
  size_t at;         // index of the token that did not fit
  size_t statement;  // index of the first token of the innermost statement
};

Diagnostic explain(const SyntaxError& error, const Sources& sources, FileId file,
                   std::span<const Token> tokens);

}  // namespace sbxc
