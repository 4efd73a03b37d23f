// Limits, then the lexer, then the generated parser, then the checks that need no names resolved.
// Each step reports what it finds; ANTLR's exceptions do not get past this function.
#include "compiler/parse/parse.h"

#include <algorithm>

#include "compiler/parse/lexing.h"
#include "compiler/parse/statement_checks.h"
#include "compiler/parse/syntax.h"
#include "compiler/parse/text_limits.h"

namespace sbxc {

namespace {

void report_first(Diagnostics& own, Diagnostics& diagnostics) {
  own.sort();
  const size_t shown = std::min(own.all().size(), kMaxSyntaxErrors);
  for (size_t i = 0; i < shown; ++i) {
    Diagnostic diagnostic = own.all()[i];
    if (i + 1 == kMaxSyntaxErrors) {
      diagnostic.notes.push_back("further errors of this file are not shown");
    }
    diagnostics.report(std::move(diagnostic));
  }
}

}  // namespace

std::optional<ast::File> parse(const Sources& sources, FileId file, Diagnostics& diagnostics,
                               Author author) {
  Diagnostics own;  // of this file alone, so that the error limit is too
  std::optional<ast::File> out;
  const bool ours = author == Author::program;
  if (ours || check_text(sources, file, own)) {
    std::optional<Lexed> lexed = lex(sources, file, own, ours ? Tests::skipped : Tests::read);
    if (lexed && check_supported(sources, file, lexed->tokens, own)) {
      Syntax syntax = parse_syntax(sources, file, lexed->tokens, own);
      check_version(sources, file, lexed->tokens, syntax, own);
      check_statements(syntax, own);
      out = ast::File{file, std::nullopt, std::move(syntax.statements), std::move(lexed->comments)};
      if (!syntax.versions.empty()) out->version = syntax.versions.front();
    }
  }
  if (own.has_errors()) out.reset();
  report_first(own, diagnostics);
  return out;
}

}  // namespace sbxc
