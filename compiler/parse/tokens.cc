#include "compiler/parse/tokens.h"

#include <fmt/core.h>

#include "compiler/diag/printable.h"
#include "compiler/parse/lexing.h"

namespace sbxc {

namespace {

std::string row(const Sources& sources, FileId file, const Token& token) {
  const LineColumn at = sources.locate(file, token.begin);
  const std::string place = fmt::format("{}:{}", at.line, at.column);
  const bool visible = token.kind != TokenKind::newline && token.kind != TokenKind::end;
  if (!visible) return fmt::format("{:<8} {}\n", place, name_of(token.kind));
  const std::string text = printable(sources.text({file, token.begin, token.end}));
  return fmt::format("{:<8} {:<12} `{}`\n", place, name_of(token.kind), text);
}

}  // namespace

std::string dump_tokens(const Sources& sources, FileId file) {
  Diagnostics ignored;
  const std::optional<Lexed> lexed = lex(sources, file, ignored);
  if (!lexed) return {};
  std::string out;
  auto comment = lexed->comments.begin();
  for (const Token& token : lexed->tokens) {
    const bool end = token.kind == TokenKind::end;
    for (; comment != lexed->comments.end() && (end || comment->span.begin < token.begin);
         ++comment) {
      out += row(sources, file, {TokenKind::comment, comment->span.begin, comment->span.end});
    }
    out += row(sources, file, token);
  }
  return out;
}

}  // namespace sbxc
