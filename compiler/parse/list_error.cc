// Errors of lists and texts: the places where most words of a policy stand.
#include <fmt/core.h>

#include "compiler/ast/quote.h"
#include "compiler/diag/printable.h"
#include "compiler/parse/error_scene.h"

namespace sbxc {

namespace {

Diagnostic ends_in_comma(const ErrorScene& scene, size_t comma) {
  return scene.at(Kind::trailing_comma, scene.tokens[comma], "the list ends in a comma",
                  "remove the comma, or add what was to follow");
}

Diagnostic nested_set(const ErrorScene& scene) {
  return scene.at(Kind::nested_set, scene.here(), "a set stands inside another",
                  "write all members in one set");
}

std::string_view list_example(TokenKind head) {
  if (head == TokenKind::let) return "as in `let caches = { ~/.npm/**, ~/.cache/** }`";
  if (head == TokenKind::param) return "as in `param workspace = $cwd`";
  if (head == TokenKind::use) return "as in `use std/secrets except ~/.ssh/known_hosts`";
  return "as in `allow read /usr/**, ~/.gitconfig`";
}

std::string_view text_example(TokenKind before) {
  if (before == TokenKind::because) return "because ";
  if (before == TokenKind::widened) return "accept widened ";
  if (before == TokenKind::test) return "test ";
  if (before == TokenKind::equals) return "set env CI = ";
  return before == TokenKind::hosts ? "let blocked = hosts " : "assert within ";
}

// What a text after the word `before` is called in messages.
std::string_view text_role(TokenKind before) {
  if (is_one_of(before, {TokenKind::because, TokenKind::widened})) return "the reason";
  if (before == TokenKind::test) return "the name of the test";
  return before == TokenKind::equals ? "the value" : "the file name";
}

}  // namespace

Diagnostic explain_pattern(const ErrorScene& scene) {
  const Token& here = scene.here();
  const Token& before = scene.before();
  if (const auto comma = trailing_comma(scene)) return ends_in_comma(scene, *comma);
  if (here.kind == TokenKind::open_brace) {
    if (scene.in_set()) return nested_set(scene);
    return scene.at(Kind::set_not_allowed, here, "a set stands where one pattern is meant",
                    "write its members one by one");
  }
  if (here.kind == TokenKind::equals) {
    return scene.at(Kind::unexpected_text, here, "`=` is no pattern",
                    "a pattern that holds `=` is written in quotes");
  }
  const bool of_param = scene.head().kind == TokenKind::param;
  return scene.at(of_param ? Kind::missing_value : Kind::missing_pattern, before,
                  fmt::format("{} is missing after {}", of_param ? "a value" : "a pattern",
                              scene.shown(before)),
                  std::string(list_example(scene.head().kind)));
}

Diagnostic explain_set_end(const ErrorScene& scene) {
  const Token& here = scene.here();
  const Token& before = scene.before();
  if (const auto comma = trailing_comma(scene)) return ends_in_comma(scene, *comma);
  size_t open = scene.error.at;
  while (open > scene.error.statement && scene.tokens[open - 1].kind != TokenKind::open_brace)
    --open;
  const Token& brace = scene.tokens[open - 1];
  const bool new_statement = starts_statement(here.kind) && scene.at_line_start(scene.error.at);
  if (here.kind == TokenKind::end || new_statement || here.kind == TokenKind::because ||
      here.kind == TokenKind::except) {
    Diagnostic out =
        scene.at(Kind::unclosed_brace, brace, "the set is never closed", "close it with `}`");
    if (here.kind != TokenKind::end) {
      out.labels.push_back({scene.span(here), "it is still open here"});
    }
    return out;
  }
  if (here.kind == TokenKind::open_brace) {
    if (here.begin == before.end && is_word(before.kind)) return explain_statement_end(scene);
    return nested_set(scene);
  }
  if (is_word(here.kind) || here.kind == TokenKind::quoted) {
    return scene.at(
        Kind::missing_comma, here,
        fmt::format("there is no comma between {} and {}", scene.shown(before), scene.shown(here)),
        comma_help(scene));
  }
  if (here.kind == TokenKind::comma || here.kind == TokenKind::newline) {
    return scene.at(Kind::missing_pattern, here,
                    fmt::format("a pattern is missing after {}", scene.shown(before)),
                    "remove the comma, or add what was to stand there");
  }
  return scene.at(Kind::unexpected_text, here,
                  fmt::format("{} cannot stand in a set", scene.shown(here)),
                  "a pattern that holds it is written in quotes");
}

Diagnostic explain_text(const ErrorScene& scene) {
  const Token& here = scene.here();
  const Token& before = scene.before();
  const std::string_view role = text_role(before.kind);
  if (!is_word(here.kind) || scene.at_line_start(scene.error.at)) {
    return scene.at(Kind::missing_text, before,
                    fmt::format("{} is missing after {}", role, scene.shown(before)),
                    fmt::format("write it in quotes, as in `{}\"…\"`", text_example(before.kind)));
  }
  // All words up to the end of the line were meant, most likely.
  size_t last = scene.error.at;
  while (is_word(scene.tokens[last + 1].kind)) ++last;
  const Span words{scene.file, here.begin, scene.tokens[last].end};
  return {.kind = Kind::needs_quotes,
          .span = words,
          .message = fmt::format("{} stands without quotes", role),
          .help = fmt::format("write `{}`", printable(ast::quote(scene.sources.text(words))))};
}

}  // namespace sbxc
