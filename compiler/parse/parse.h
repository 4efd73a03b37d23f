// Text to AST. The ANTLR boundary: its exceptions and headers stop in parse.cc. Several errors are
// reported in one go; each points at the narrowest span. Input is untrusted: limits come first.
#pragma once

#include <optional>

#include "compiler/ast/ast.h"
#include "compiler/diag/diagnostic.h"

namespace sbxc {

inline constexpr size_t kMaxNesting = 32;       // of braces, in words and blocks
inline constexpr size_t kMaxWordBytes = 4096;   // one word or quoted text
inline constexpr size_t kMaxSyntaxErrors = 20;  // reported before giving up

// Whose text it is. One that the program carries is formatted and has passed all checks when the
// program was tested: its bytes are not looked at again, and its tests are left out, for nobody
// asks a used file for them.
enum class Author : bool { anybody, program };

// `file` is already in `sources`. Nothing is returned when an error was reported.
std::optional<ast::File> parse(const Sources& sources, FileId file, Diagnostics& diagnostics,
                               Author author = Author::anybody);

}  // namespace sbxc
