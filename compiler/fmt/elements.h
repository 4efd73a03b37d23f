// A policy file as the formatter sees it: its words, signs and comments in order, and how many line
// ends the author left before each. Everything else about the old layout is forgotten.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/parse/lexing.h"

namespace sbxc {

struct Element {
  TokenKind kind;  // never newline or blank; the last is `end`
  uint32_t newlines_before;
  std::string_view text;  // of the source; a comment's without trailing blanks

  bool is_comment() const { return kind == TokenKind::comment; }
};

using Elements = std::span<const Element>;

// Nothing when the file does not pass the lexer's limits.
std::optional<std::vector<Element>> elements_of(const Sources& sources, FileId file);

// The index of the next element from `at` on that is no comment.
size_t next_word(Elements elements, size_t at);

}  // namespace sbxc
