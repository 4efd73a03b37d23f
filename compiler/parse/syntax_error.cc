// One function for each thing the grammar can want. A message names what is missing or in the way;
// its caret is on the faulty token, or on the token before the gap when nothing is there.
#include "compiler/parse/syntax_error.h"

#include <fmt/core.h>

#include "compiler/diag/printable.h"
#include "compiler/parse/error_scene.h"
#include "compiler/policy/operation.h"

namespace sbxc {

namespace {

Diagnostic unterminated(const ErrorScene& scene) {
  return scene.at(Kind::unterminated_text, scene.here(), "a text without a closing quote",
                  "close it with `\"` on the same line; a line end inside a text is `\\n`");
}

Diagnostic lone_backslash(const ErrorScene& scene) {
  return scene.at(Kind::bad_escape, scene.here(),
                  "a backslash at the end of a line escapes nothing",
                  "a list goes on after a comma, without a backslash");
}

// A bare word is wanted.
Diagnostic missing_word(const ErrorScene& scene, Kind kind, std::string_view what,
                        std::string help) {
  const Token& here = scene.here();
  if (here.kind == TokenKind::quoted) {
    const std::string_view inner = scene.text(here);
    return scene.at(Kind::needs_no_quotes, here, fmt::format("{} is a bare word", what),
                    fmt::format("write it without quotes, as in `{} {}`",
                                scene.text(scene.before()), inner.substr(1, inner.size() - 2)));
  }
  return scene.at(kind, scene.before(),
                  fmt::format("{} is missing after {}", what, scene.shown(scene.before())),
                  std::move(help));
}

std::string_view name_example(TokenKind head) {
  if (head == TokenKind::policy) return "`policy agent \"A coding agent\"`";
  if (head == TokenKind::param) return "`param workspace = $cwd`";
  if (head == TokenKind::let) return "`let caches = { ~/.npm/**, ~/.cache/** }`";
  if (head == TokenKind::set) return "`set env CI = \"1\"`";
  return "`limit processes 512, memory 8GiB`";
}

Diagnostic explain_name(const ErrorScene& scene) {
  const TokenKind head = scene.head().kind;
  const bool limit = head == TokenKind::limit;
  if (const auto comma = limit ? trailing_comma(scene) : std::nullopt) {
    return scene.at(Kind::trailing_comma, scene.tokens[*comma], "the list ends in a comma",
                    "remove the comma");
  }
  return missing_word(scene, Kind::missing_name, limit ? "the name of a limit" : "a name",
                      fmt::format("as in {}", name_example(head)));
}

Diagnostic explain_equals(const ErrorScene& scene) {
  const Token& name = scene.before();
  return scene.at(Kind::missing_equals, name,
                  fmt::format("`=` is missing after {}", scene.shown(name)),
                  fmt::format("as in {}", name_example(scene.head().kind)));
}

Diagnostic explain_value(const ErrorScene& scene) {
  if (scene.here().kind == TokenKind::equals) {
    return scene.at(Kind::unexpected_text, scene.here(),
                    "a limit is a name and a value without `=`", "as in `limit memory 8GiB`");
  }
  return missing_word(scene, Kind::missing_value, "the value of a limit",
                      "as in `limit processes 512, memory 8GiB`");
}

Diagnostic explain_target(const ErrorScene& scene) {
  if (const auto comma = trailing_comma(scene)) {
    return scene.at(Kind::trailing_comma, scene.tokens[*comma], "the list ends in a comma",
                    "remove the comma");
  }
  return scene.at(Kind::missing_value, scene.before(),
                  fmt::format("nothing to use after {}", scene.shown(scene.before())),
                  "name a built-in or a file, as in `use std/git, \"team.sbx\"`");
}

Diagnostic explain_operation(const ErrorScene& scene) {
  return missing_word(scene, Kind::missing_operation, "the operation", operations_help());
}

Diagnostic explain_version(const ErrorScene& scene) {
  return missing_word(scene, Kind::missing_version, "the version number",
                      "the first line of a policy is `sbx 1`");
}

Diagnostic explain_system(const ErrorScene& scene) {
  return missing_word(scene, Kind::unknown_system, "an operating system",
                      "the systems are `linux` and `macos`");
}

Diagnostic explain_widened(const ErrorScene& scene) {
  const Token& here = scene.here();
  const bool word = is_word(here.kind);
  return scene.at(
      Kind::unknown_acceptance, word ? here : scene.before(),
      word ? fmt::format("{} cannot be accepted", scene.shown(here)) : "`accept` does not say what",
      "as in `accept widened \"the build runs in a throw-away container\"`");
}

Diagnostic explain_env(const ErrorScene& scene) {
  const Token& here = scene.here();
  const bool word = is_word(here.kind);
  return scene.at(Kind::unknown_setting, word ? here : scene.before(),
                  word ? fmt::format("{} is nothing that can be set", scene.shown(here))
                       : "`set` does not say what",
                  "as in `set env CI = \"1\"`");
}

Diagnostic explain_assertion(const ErrorScene& scene) {
  const Token& here = scene.here();
  const bool word = is_word(here.kind);
  return scene.at(
      Kind::unknown_assertion, word ? here : scene.before(),
      word ? fmt::format("{} is no assertion", scene.shown(here)) : "`assert` does not say what",
      did_you_mean(word ? scene.text(here) : "", {"never", "always", "within"},
                   "the assertions are `never`, `always` and `within`"));
}

Diagnostic explain_block(const ErrorScene& scene) {
  const bool test = scene.head().kind == TokenKind::test;
  if (scene.after().kind == TokenKind::open_brace) {
    return scene.at(Kind::missing_block, scene.after(), "the `{` of a block stands on its own line",
                    fmt::format("put it behind {}, on the same line", scene.shown(scene.before())));
  }
  const std::string_view before = scene.text(scene.before());
  if (const size_t brace = before.find('{'); !test && brace != std::string_view::npos) {
    return scene.at(
        Kind::missing_block, scene.before(),
        fmt::format("there is no blank before the `{{` in {}", scene.shown(scene.before())),
        fmt::format("write `{} {{ … }}`", printable(before.substr(0, brace))));
  }
  return scene.at(Kind::missing_block, scene.before(),
                  fmt::format("`{{` is missing after {}", scene.shown(scene.before())),
                  test ? "as in `test \"reads its files\" { allow read /etc/hosts }`"
                       : "as in `on macos { allow mach com.apple.trustd.agent }`");
}

Diagnostic explain_block_end(const ErrorScene& scene) {
  // Only the end of the file is left: everything else in a block is explained line by line.
  size_t open = scene.error.statement;
  while (open < scene.error.at && scene.tokens[open].kind != TokenKind::open_brace) ++open;
  return scene.at(Kind::unclosed_brace, scene.tokens[open],
                  fmt::format("the block of `{}` is never closed", name_of(scene.head().kind)),
                  "close it with `}` on a line of its own");
}

Diagnostic explain_block_statement(const ErrorScene& scene) {
  const Token& here = scene.here();
  if (here.kind == TokenKind::on) {
    return scene.at(Kind::nested_on, here, "an `on` block stands inside another block",
                    "give each system a block of its own, at the top level");
  }
  if (!starts_statement(here.kind)) return explain_line_start(scene);
  if (scene.error.wanted == Wanted::test_line) {
    return scene.at(Kind::misplaced_statement, here,
                    fmt::format("`{}` cannot stand in a test", name_of(here.kind)),
                    "a test holds lines such as `allow read /etc/hosts`");
  }
  return scene.at(Kind::misplaced_statement, here,
                  fmt::format("`{}` cannot stand in an `on` block", name_of(here.kind)),
                  "it concerns the whole file: move it out of the block");
}

}  // namespace

Diagnostic explain(const SyntaxError& error, const Sources& sources, FileId file,
                   std::span<const Token> tokens) {
  const ErrorScene scene{sources, file, tokens, error};
  if (scene.here().kind == TokenKind::unterminated) return unterminated(scene);
  if (scene.here().kind == TokenKind::stray) return lone_backslash(scene);
  switch (error.wanted) {
    case Wanted::statement:
      return explain_line_start(scene);
    case Wanted::statement_end:
      return explain_statement_end(scene);
    case Wanted::block_statement:
    case Wanted::test_line:
      return explain_block_statement(scene);
    case Wanted::block_end:
      return explain_block_end(scene);
    case Wanted::version_number:
      return explain_version(scene);
    case Wanted::name:
      return explain_name(scene);
    case Wanted::target:
      return explain_target(scene);
    case Wanted::equals:
      return explain_equals(scene);
    case Wanted::operation:
      return explain_operation(scene);
    case Wanted::pattern:
      return explain_pattern(scene);
    case Wanted::set_end:
      return explain_set_end(scene);
    case Wanted::text:
      return explain_text(scene);
    case Wanted::value:
      return explain_value(scene);
    case Wanted::widened:
      return explain_widened(scene);
    case Wanted::env:
      return explain_env(scene);
    case Wanted::assertion:
      return explain_assertion(scene);
    case Wanted::system:
      return explain_system(scene);
    case Wanted::block:
      return explain_block(scene);
  }
  return explain_statement_end(scene);
}

}  // namespace sbxc
