// The class of a glob: `[a-z]`, `[!a-z]`, one byte of a set. What POSIX leaves open is an error
// here, so that an accepted class means the same in every shell: `[^a]`, `[a-c-e]`, `[[:alpha:]]`,
// an unescaped brace, and a character of more than one byte (a class matches one BYTE).
#pragma once

#include "compiler/diag/diagnostic.h"
#include "compiler/pattern/name_glob.h"
#include "compiler/pattern/pattern_text.h"

namespace sbxc {

// What `?` matches, and a negated class starts from: every byte but '/' and NUL.
const ByteSet& any_name_byte();

struct ByteClass {
  ByteSet bytes;  // INVARIANT: not empty; without '/' and NUL; all or none of 0x80..0xff
  size_t end;     // one past the `]`
};

// `begin` is at the `[`. Inside of braces a comma has to be escaped.
enum class InBraces : bool { no, yes };
Result<ByteClass> parse_byte_class(const PatternText& text, size_t begin, InBraces in_braces);

// `[a-z]`, `[!a-z]` or `?`; parses back to `bytes`.
std::string class_text(const ByteSet& bytes);

}  // namespace sbxc
