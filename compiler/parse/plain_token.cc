#include "compiler/parse/plain_token.h"

#include <array>

namespace sbxc {

namespace {

enum class ByteRole : uint8_t { word, blank, line_end, sign, quote, escape };

constexpr ByteRole role_of(unsigned char byte) {
  switch (byte) {
    case ' ':
    case '\t':
      return ByteRole::blank;
    case '\r':
    case '\n':
      return ByteRole::line_end;
    case ',':
    case '=':
    case '{':
    case '}':
      return ByteRole::sign;
    case '"':
      return ByteRole::quote;
    case '\\':
      return ByteRole::escape;
    default:
      return ByteRole::word;
  }
}

constexpr auto kRoles = [] {
  std::array<ByteRole, 256> roles{};
  for (size_t i = 0; i < roles.size(); ++i) roles[i] = role_of(static_cast<unsigned char>(i));
  return roles;
}();

ByteRole role_at(std::string_view text, size_t at) {
  return at < text.size() ? kRoles[static_cast<unsigned char>(text[at])] : ByteRole::line_end;
}

TokenKind keyword_or_word(std::string_view text) {
  for (const TokenKind kind : {
#define SBXC_KEYWORD(name, grammar_name) TokenKind::name,
#define SBXC_TOKEN(name, grammar_name)
#include "compiler/parse/tokens.def"
       }) {
    if (name_of(kind) == text) return kind;
  }
  return TokenKind::word;
}

// Behind the `}` that closes the group at `at`; nothing when the group has something else in it.
std::optional<size_t> group_end(std::string_view text, size_t at) {
  size_t depth = 0;
  for (;; ++at) {
    switch (role_at(text, at)) {
      case ByteRole::word:
        break;
      case ByteRole::sign:
        if (text[at] == '=') return std::nullopt;
        if (text[at] == '{') ++depth;
        if (text[at] == '}' && --depth == 0) return at + 1;
        break;
      case ByteRole::escape:
      case ByteRole::blank:
      case ByteRole::line_end:
      case ByteRole::quote:
        return std::nullopt;
    }
  }
}

std::optional<NextToken> plain_word(std::string_view text, size_t begin) {
  bool colon = false;
  size_t at = begin;
  for (;;) {
    for (; role_at(text, at) == ByteRole::word; ++at) colon |= text[at] == ':';
    const ByteRole role = role_at(text, at);
    if (role == ByteRole::escape) return std::nullopt;
    if (role != ByteRole::sign || text[at] == '=' || text[at] == '}') break;
    if (text[at] == ',') {
      if (colon) return std::nullopt;  // a list of ports, maybe
      break;
    }
    const auto end = group_end(text, at);
    if (!end) return std::nullopt;
    at = *end;
  }
  return NextToken{keyword_or_word(text.substr(begin, at - begin)), at};
}

std::optional<NextToken> plain_text(std::string_view text, size_t begin) {
  const size_t end = text.find_first_of("\"\\\r\n", begin + 1);
  if (end == std::string_view::npos || text[end] != '"') return std::nullopt;
  return NextToken{TokenKind::quoted, end + 1};
}

std::optional<NextToken> line_end(std::string_view text, size_t at) {
  if (text[at] == '\n') return NextToken{TokenKind::newline, at + 1};
  if (text.substr(at, 2) == "\r\n") return NextToken{TokenKind::newline, at + 2};
  return std::nullopt;
}

TokenKind sign_kind(char sign) {
  if (sign == ',') return TokenKind::comma;
  if (sign == '=') return TokenKind::equals;
  return sign == '{' ? TokenKind::open_brace : TokenKind::close_brace;
}

}  // namespace

std::optional<NextToken> plain_token(std::string_view text, size_t at) {
  switch (role_at(text, at)) {
    case ByteRole::blank:
      while (role_at(text, at) == ByteRole::blank) ++at;
      return NextToken{TokenKind::blank, at};
    case ByteRole::line_end:
      return line_end(text, at);
    case ByteRole::sign:
      return NextToken{sign_kind(text[at]), at + 1};
    case ByteRole::quote:
      return plain_text(text, at);
    case ByteRole::escape:
      return std::nullopt;
    case ByteRole::word:
      break;
  }
  if (text[at] != '#') return plain_word(text, at);
  return NextToken{TokenKind::comment, std::min(text.find_first_of("\r\n", at), text.size())};
}

}  // namespace sbxc
