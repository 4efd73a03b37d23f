// The text of one pattern after variables were filled in. Each byte knows where it came from and
// whether it is literal: a `*` that came out of $workspace is a star in a name, never a wildcard.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/source.h"

namespace sbxc {

struct PatternByte {
  char value;
  bool literal;     // escaped, quoted by a variable, or otherwise never special
  uint32_t offset;  // of the source byte it came from
};

struct PatternText {
  std::vector<PatternByte> bytes;
  Span span;            // the whole pattern in the source
  std::string written;  // as the user wrote it, for messages

  // Text typed by a person with nothing literal in it; offsets count from span.begin.
  static PatternText plain(std::string_view text, Span span = {});
  // Text in which no byte is special: a path given on the command line, or taken from the system.
  static PatternText verbatim(std::string_view text, Span span = {});
  std::string str() const;  // the bytes alone
  // The source span of bytes [from, to).
  Span at(size_t from, size_t to) const;
};

}  // namespace sbxc
