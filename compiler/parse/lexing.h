// Text to tokens, as the grammar says. Blanks are dropped, comments set aside, a run of line ends
// is one token, and line ends before `except`, `because` and `accept` are none: so the parser
// decides by the next token, which spares it ANTLR's prediction (a third of the parsing of a
// policy). Twelve bytes a token: ANTLR's own token objects would be ten times that.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/diag/diagnostic.h"

namespace sbxc {

enum class TokenKind : uint8_t {
  end,  // of the file; the last token, always there
#define SBXC_TOKEN(name, grammar_name) name,
#include "compiler/parse/tokens.def"
};

std::string_view name_of(TokenKind kind);
bool is_keyword(TokenKind kind);
// A word, a keyword where a word may stand included.
bool is_word(TokenKind kind);
// A word that starts a statement: `allow`, `use`, …
bool starts_statement(TokenKind kind);

constexpr bool is_one_of(TokenKind kind, std::initializer_list<TokenKind> kinds) {
  for (const TokenKind one : kinds) {
    if (one == kind) return true;
  }
  return false;
}

struct Token {
  TokenKind kind;
  uint32_t begin;
  uint32_t end;
};

struct Lexed {
  std::vector<Token> tokens;
  std::vector<ast::Comment> comments;
};

inline constexpr size_t kMaxTokens = 1'000'000;  // of one file

// Whether tests are left out: those that start a line and end with a `}` that does. The rest of the
// text is what it would be without them.
enum class Tests : bool { read, skipped };

// Nothing when a limit is passed, which is reported.
std::optional<Lexed> lex(const Sources& sources, FileId file, Diagnostics& diagnostics,
                         Tests tests = Tests::read);

}  // namespace sbxc
