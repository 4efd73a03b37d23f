#include "compiler/parse/error_scene.h"

#include <fmt/core.h>

#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"
#include "compiler/policy/operation.h"

namespace sbxc {

size_t ErrorScene::index_before(size_t at) const {
  for (size_t i = at; i > 0; --i) {
    if (tokens[i - 1].kind != TokenKind::newline) return i - 1;
  }
  return at;
}

bool ErrorScene::at_line_start(size_t at) const {
  return at == 0 || tokens[at - 1].kind == TokenKind::newline;
}

bool ErrorScene::in_set() const {
  for (size_t i = error.at; i > error.statement; --i) {
    if (tokens[i - 1].kind == TokenKind::close_brace) return false;
    if (tokens[i - 1].kind == TokenKind::open_brace) return true;
  }
  return false;
}

std::string ErrorScene::shown(const Token& token) const {
  if (token.kind == TokenKind::end) return "the end of the file";
  if (token.kind == TokenKind::newline) return "the end of the line";
  constexpr size_t kLongest = 60;
  const std::string safe = printable(text(token));
  if (safe.size() <= kLongest) return fmt::format("`{}`", safe);
  size_t cut = kLongest;
  while (cut > 0 && (static_cast<unsigned char>(safe[cut]) & 0xC0) == 0x80) --cut;
  return fmt::format("`{}…`", safe.substr(0, cut));
}

Diagnostic ErrorScene::at(Kind kind, const Token& token, std::string message,
                          std::string help) const {
  return {
      .kind = kind, .span = span(token), .message = std::move(message), .help = std::move(help)};
}

std::optional<size_t> trailing_comma(const ErrorScene& scene) {
  // At the keyword of the next statement or, when that was taken for a pattern or for a limit, one
  // or two words later.
  const size_t one_before = scene.index_before(scene.error.at);
  const size_t two_before = scene.index_before(one_before);
  const bool limit = scene.head().kind == TokenKind::limit;
  for (const size_t keyword : {scene.error.at, one_before, limit ? two_before : one_before}) {
    const Token& token = scene.tokens[keyword];
    const bool next_statement =
        starts_statement(token.kind) && scene.at_line_start(keyword) && keyword > 0;
    const size_t comma = scene.index_before(keyword);
    if (next_statement && scene.tokens[comma].kind == TokenKind::comma) return comma;
  }
  const size_t last = scene.index_before(scene.error.at);
  const TokenKind here = scene.here().kind;
  const bool list_ends = here == TokenKind::end || here == TokenKind::close_brace;
  if (list_ends && scene.tokens[last].kind == TokenKind::comma) return last;
  return std::nullopt;
}

std::string comma_help(const ErrorScene& scene) {
  const std::string_view host = scene.text(scene.before());
  const std::string_view port = scene.text(scene.here());
  const bool is_port = !port.empty() && (port[0] == '*' || (port[0] >= '0' && port[0] <= '9'));
  if (host.ends_with(':') && is_port) {
    return "a port follows its host without a blank: `db.example:5432`";
  }
  const bool is_count = host.find_first_not_of("0123456789") == std::string_view::npos;
  if (scene.head().kind == TokenKind::limit && is_count && !is_word(scene.after().kind)) {
    return fmt::format("a unit follows its number without a blank: `{}{}`", host, printable(port));
  }
  return "what stands in a list is separated by commas";
}

std::vector<std::string_view> statement_words() {
  std::vector<std::string_view> words;
  for (int i = 1; starts_statement(static_cast<TokenKind>(i)); ++i) {
    words.push_back(name_of(static_cast<TokenKind>(i)));
  }
  return words;
}

std::string operations_help() {
  std::string names;
  for (const OperationFacts& facts : kOperations) {
    if (!names.empty()) names += ", ";
    names += fmt::format("`{}`", facts.name);
  }
  return "the operations are " + names;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates,
                         std::string otherwise) {
  const std::string near = nearest(word, candidates);
  return near.empty() ? std::move(otherwise) : fmt::format("did you mean `{}`?", near);
}

}  // namespace sbxc
