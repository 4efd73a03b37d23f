// Errors between statements: what starts a line and is no statement, and what stands behind a whole
// statement. The second is where a missing comma, a repeated clause, or a second statement shows.
#include <fmt/core.h>

#include "compiler/diag/render.h"
#include "compiler/parse/error_scene.h"
#include "compiler/policy/operation.h"

namespace sbxc {

namespace {

bool is_clause(TokenKind kind) {
  return is_one_of(kind, {TokenKind::except, TokenKind::because, TokenKind::accept});
}

bool is_effect(TokenKind kind) {
  return is_one_of(kind, {TokenKind::allow, TokenKind::deny, TokenKind::ask});
}

// The clause `kind` of the statement before the error: a keyword where no pattern was expected.
std::optional<size_t> clause_before(const ErrorScene& scene, TokenKind kind) {
  for (size_t i = scene.error.statement + 2; i < scene.error.at; ++i) {
    const TokenKind left = scene.tokens[scene.index_before(i)].kind;
    if (scene.tokens[i].kind == kind && left != TokenKind::comma) return i;
  }
  return std::nullopt;
}

Diagnostic clause_of_use(const ErrorScene& scene, const Token& clause) {
  return scene.at(Kind::misplaced_clause, clause,
                  fmt::format("`{}` belongs to no rule here", name_of(clause.kind)),
                  "`use` takes `except` alone; say why in a comment");
}

// `deny read because "x"`: the clause was read as a pattern until its text came.
Diagnostic clause_as_pattern(const ErrorScene& scene) {
  const Token& clause = scene.before();
  if (scene.head().kind == TokenKind::use) return clause_of_use(scene, clause);
  return scene.at(Kind::missing_pattern, clause,
                  fmt::format("a pattern is missing before `{}`", name_of(clause.kind)),
                  "as in `deny read ~/.ssh/** because \"credentials\"`");
}

Diagnostic stray_clause(const ErrorScene& scene) {
  const Token& here = scene.here();
  const std::string_view word = name_of(here.kind);
  if (const auto first = clause_before(scene, here.kind)) {
    Diagnostic out = scene.at(
        Kind::repeated_clause, here, fmt::format("`{}` stands twice in one statement", word),
        here.kind == TokenKind::except ? "write one `except` with a list of patterns"
                                       : fmt::format("keep one `{}`", word));
    out.labels.push_back({scene.span(scene.tokens[*first]), "the first one"});
    return out;
  }
  const TokenKind head = scene.head().kind;
  if (is_effect(head) && scene.error.wanted == Wanted::statement_end) {
    for (const TokenKind later : {TokenKind::because, TokenKind::accept}) {
      const auto at = later > here.kind ? clause_before(scene, later) : std::nullopt;
      if (!at) continue;
      Diagnostic out = scene.at(Kind::clause_order, here,
                                fmt::format("`{}` stands behind `{}`", word, name_of(later)),
                                "the order is `except`, `because`, `accept widened`");
      out.labels.push_back({scene.span(scene.tokens[*at]), "this comes after it"});
      return out;
    }
  }
  if (head == TokenKind::use && here.kind != TokenKind::except) return clause_of_use(scene, here);
  if (head == TokenKind::use) {
    return scene.at(Kind::except_of_several, here,
                    "`except` follows several things to use, so it is not clear which it means",
                    "write one `use` for the one it is about: `use std/secrets except …`");
  }
  return scene.at(Kind::misplaced_clause, here, fmt::format("`{}` belongs to no rule here", word),
                  here.kind == TokenKind::except
                      ? "it follows the patterns of a rule, or the one target of a `use`"
                      : "it ends a rule, as in `deny read ~/.ssh/** because \"credentials\"`");
}

bool takes_patterns(const ErrorScene& scene) {
  return is_one_of(scene.head().kind,
                   {TokenKind::allow, TokenKind::deny, TokenKind::ask, TokenKind::use,
                    TokenKind::let, TokenKind::assert, TokenKind::limit});
}

// A word that could be the start of a statement with something behind it.
bool starts_second_statement(const ErrorScene& scene) {
  const TokenKind next = scene.after().kind;
  return starts_statement(scene.here().kind) && (is_word(next) || next == TokenKind::quoted);
}

Diagnostic missing_comma(const ErrorScene& scene) {
  const Token& here = scene.here();
  const Token& before = scene.before();
  if (const auto comma = trailing_comma(scene)) {
    return scene.at(Kind::trailing_comma, scene.tokens[*comma], "the list ends in a comma",
                    "remove the comma, or add what was to follow");
  }
  if (here.begin == before.end && before.kind == TokenKind::close_brace) {
    return scene.at(Kind::broken_brace_group, here, "a pattern cannot start with a brace group",
                    "a brace at the start opens a set; write the pattern in quotes");
  }
  return scene.at(
      Kind::missing_comma, here,
      fmt::format("there is no comma between {} and {}", scene.shown(before), scene.shown(here)),
      comma_help(scene));
}

}  // namespace

Diagnostic explain_line_start(const ErrorScene& scene) {
  const Token& here = scene.here();
  if (is_clause(here.kind)) return stray_clause(scene);
  if (here.kind == TokenKind::close_brace) {
    return scene.at(Kind::stray_brace, here, "`}` closes nothing", "remove it");
  }
  if (here.kind == TokenKind::open_brace) {
    return scene.at(Kind::unexpected_text, here, "a block belongs to nothing",
                    "`on linux` or `test \"…\"` stands before it, on the same line");
  }
  if (!is_word(here.kind)) {
    return scene.at(Kind::unknown_statement, here,
                    fmt::format("{} starts no statement", scene.shown(here)),
                    "a line starts with a word such as `allow`, `deny`, `use`, `let`");
  }
  const std::string_view word = scene.text(here);
  if (operation_named(word)) {
    return scene.at(Kind::unknown_statement, here,
                    fmt::format("a rule starts with what is done about `{}`", word),
                    fmt::format("write `allow {0} …` or `deny {0} …`", word));
  }
  return scene.at(Kind::unknown_statement, here,
                  fmt::format("{} is no statement", scene.shown(here)),
                  did_you_mean(word, statement_words(),
                               "a line starts with a word such as `allow`, `deny`, `use`, `let`"));
}

Diagnostic explain_statement_end(const ErrorScene& scene) {
  const Token& here = scene.here();
  const Token& before = scene.before();
  const bool glued = here.begin == before.end;
  if (is_clause(here.kind)) return stray_clause(scene);
  if (here.kind == TokenKind::close_brace) {
    return scene.at(Kind::stray_brace, here, "`}` closes nothing", "remove it");
  }
  if (here.kind == TokenKind::open_brace && glued && is_word(before.kind)) {
    return scene.at(
        Kind::broken_brace_group, here,
        fmt::format("the brace group after {} is not closed before a blank", scene.shown(before)),
        "write it without blanks, `{a,b}`, or write the whole pattern in quotes");
  }
  if (starts_second_statement(scene)) {
    if (const auto comma = trailing_comma(scene)) {
      return scene.at(Kind::trailing_comma, scene.tokens[*comma], "the list ends in a comma",
                      "remove the comma, or add what was to follow");
    }
    return scene.at(
        Kind::two_statements, here,
        fmt::format("a second statement, {}, stands on the same line", scene.shown(here)),
        "start it on a line of its own");
  }
  if (here.kind == TokenKind::quoted && is_clause(before.kind)) return clause_as_pattern(scene);
  if (before.kind == TokenKind::hosts && scene.head().kind == TokenKind::let) {
    return explain_text(scene);
  }
  const bool item =
      is_word(here.kind) || here.kind == TokenKind::quoted || here.kind == TokenKind::open_brace;
  if (item && takes_patterns(scene)) return missing_comma(scene);
  if (item && scene.head().kind == TokenKind::param) {
    return scene.at(Kind::missing_equals, before,
                    fmt::format("`=` is missing after {}", scene.shown(before)),
                    "as in `param workspace = $cwd`");
  }
  if (scene.head().kind == TokenKind::policy && is_word(here.kind)) {
    return scene.at(Kind::needs_quotes, here, "the description of the policy stands without quotes",
                    "as in `policy agent \"A coding agent\"`");
  }
  if (here.kind == TokenKind::equals) {
    return scene.at(Kind::unexpected_text, here, "`=` cannot stand here",
                    "a pattern that holds `=` is written in quotes; `set env CI = \"1\"` gives a "
                    "variable its value");
  }
  return scene.at(Kind::unexpected_text, here,
                  fmt::format("{} stands behind a whole statement", scene.shown(here)),
                  "a statement ends at the end of its line");
}

}  // namespace sbxc
