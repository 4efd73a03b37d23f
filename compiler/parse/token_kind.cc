// What each kind of token is called and where it may stand.
#include "compiler/parse/lexing.h"

namespace sbxc {

std::string_view name_of(TokenKind kind) {
  switch (kind) {
    case TokenKind::end:
      return "end";
#define SBXC_TOKEN(name, grammar_name) \
  case TokenKind::name:                \
    return #name;
#include "compiler/parse/tokens.def"
  }
  return {};
}

bool is_keyword(TokenKind kind) {
  switch (kind) {
#define SBXC_KEYWORD(name, grammar_name) \
  case TokenKind::name:                  \
    return true;
#define SBXC_TOKEN(name, grammar_name) \
  case TokenKind::name:                \
    return false;
#include "compiler/parse/tokens.def"
    case TokenKind::end:
      return false;
  }
  return false;
}

bool is_word(TokenKind kind) { return kind == TokenKind::word || is_keyword(kind); }

bool starts_statement(TokenKind kind) {
  // INVARIANT: tokens.def has the words that start statements first.
  return is_keyword(kind) && kind < TokenKind::except;
}

}  // namespace sbxc
