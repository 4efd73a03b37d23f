#include "compiler/fmt/elements.h"

#include <algorithm>

namespace sbxc {

namespace {

std::string_view without_trailing_blanks(std::string_view text) {
  const size_t last = text.find_last_not_of(" \t");
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace

std::optional<std::vector<Element>> elements_of(const Sources& sources, FileId file) {
  Diagnostics ignored;  // the caller has parsed the file: there is nothing to find
  const std::optional<Lexed> lexed = lex(sources, file, ignored);
  if (!lexed) return std::nullopt;
  const std::string_view text = sources.text(file);
  std::vector<Element> out;
  uint32_t end = 0;
  const auto add = [&](TokenKind kind, uint32_t from, uint32_t to) {
    const std::string_view gap = text.substr(end, from - end);
    const auto newlines = static_cast<uint32_t>(std::count(gap.begin(), gap.end(), '\n'));
    const std::string_view own = text.substr(from, to - from);
    out.push_back(
        {kind, newlines, kind == TokenKind::comment ? without_trailing_blanks(own) : own});
    end = to;
  };
  auto comment = lexed->comments.begin();
  for (const Token& token : lexed->tokens) {
    if (token.kind == TokenKind::newline) continue;
    const bool last = token.kind == TokenKind::end;  // comments may touch it
    for (; comment != lexed->comments.end() && (last || comment->span.begin < token.begin);
         ++comment) {
      add(TokenKind::comment, comment->span.begin, comment->span.end);
    }
    add(token.kind, token.begin, token.end);
  }
  return out;
}

size_t next_word(Elements elements, size_t at) {
  while (at + 1 < elements.size() && elements[at].is_comment()) ++at;
  return at;
}

}  // namespace sbxc
