// The tokens around a syntax error, with what the messages ask of them. Internal to the files that
// word syntax errors.
#pragma once

#include <string>

#include "compiler/parse/syntax_error.h"

namespace sbxc {

struct ErrorScene {
  const Sources& sources;
  FileId file;
  std::span<const Token> tokens;
  SyntaxError error;

  const Token& here() const { return tokens[error.at]; }
  // The token that starts the innermost statement: `allow`, `use`, …
  const Token& head() const { return tokens[error.statement]; }
  // The last token before `here` that is no newline; `here` itself at the start of the file.
  const Token& before() const { return tokens[index_before(error.at)]; }
  const Token& after() const { return tokens[std::min(error.at + 1, tokens.size() - 1)]; }

  size_t index_before(size_t at) const;
  bool at_line_start(size_t at) const;
  // Whether a brace of this statement is open at the error.
  bool in_set() const;
  Span span(const Token& token) const { return {file, token.begin, token.end}; }
  // For a message: in backticks, safe to print, cut when long; `the end of the file`.
  std::string shown(const Token& token) const;
  // As it stands in the source.
  std::string_view text(const Token& token) const { return sources.text(span(token)); }

  Diagnostic at(Kind kind, const Token& token, std::string message, std::string help) const;
};

// What stands at the start of a line and starts no statement.
Diagnostic explain_line_start(const ErrorScene& scene);
// What stands behind a whole statement.
Diagnostic explain_statement_end(const ErrorScene& scene);
// What stands in place of a text.
Diagnostic explain_text(const ErrorScene& scene);
// Where a list broke off: a pattern is missing, or a comma.
Diagnostic explain_pattern(const ErrorScene& scene);
Diagnostic explain_set_end(const ErrorScene& scene);

// A comma that ends its list: the comma before `at`, when what follows starts a statement.
std::optional<size_t> trailing_comma(const ErrorScene& scene);
// help for two words of a list with nothing between them: a port behind a blank is no second one.
std::string comma_help(const ErrorScene& scene);

// `allow`, `deny`, … as candidates for "did you mean".
std::vector<std::string_view> statement_words();
std::string operations_help();
// help for `word` among `candidates`: "did you mean `x`?", or `otherwise`.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates,
                         std::string otherwise);

}  // namespace sbxc
