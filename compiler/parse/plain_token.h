// Most of a policy is blanks, comments, single signs, and words and texts without anything odd in
// them. Where such a token starts, this says where it ends, in a few steps a byte; the generated
// lexer, which starts cold in every process, takes some hundred. What needs more thought (a list of
// ports, a brace that is not closed, a text without its end) is left to it. The grammar stays the
// definition: tests compare the two on random texts.
#pragma once

#include <optional>
#include <string_view>

#include "compiler/parse/lexing.h"

namespace sbxc {

struct NextToken {
  TokenKind kind;
  size_t end;

  bool operator==(const NextToken&) const = default;
};

// The token that starts at `at`, which is before the end of `text`.
std::optional<NextToken> plain_token(std::string_view text, size_t at);

}  // namespace sbxc
