// Puts tokens in a row: from the quick look where that is enough, else from the generated lexer.
#include "compiler/parse/lexing.h"

#include <fmt/core.h>

#include "compiler/parse/generated_lexer.h"
#include "compiler/parse/parse.h"
#include "compiler/parse/plain_token.h"

namespace sbxc {

namespace {

bool only_blanks_before(std::string_view text, size_t at) {
  while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t')) --at;
  return at == 0 || text[at - 1] == '\n';
}

bool starts_a_line(std::string_view text, size_t at) { return at == 0 || text[at - 1] == '\n'; }

// Behind the `}` at the start of a line that comes next.
size_t behind_block(std::string_view text, size_t at) {
  constexpr std::string_view kEnd = "\n}";
  const size_t end = text.find(kEnd, at);
  return end == std::string_view::npos ? text.size() : end + kEnd.size();
}

bool continues_a_statement(TokenKind kind) {
  return is_one_of(kind, {TokenKind::except, TokenKind::because, TokenKind::accept});
}

Diagnostic too_long(Span span) {
  return {.kind = Kind::word_too_long,
          .span = span,
          .message = fmt::format("a word of {} bytes is longer than the {} that sbxc reads",
                                 span.end - span.begin, kMaxWordBytes),
          .help = "a long list of hosts belongs in a list file: `let names = hosts \"list.txt\"`"};
}

}  // namespace

std::optional<Lexed> lex(const Sources& sources, FileId file, Diagnostics& diagnostics,
                         Tests tests) {
  const std::string_view text = sources.text(file);
  Lexed out;
  out.tokens.reserve(text.size() / 8 + 2);
  std::optional<GeneratedLexer> generated;  // made when first needed
  bool fits = true;
  uint32_t end = 0;
  while (end < text.size()) {
    const uint32_t begin = end;
    std::optional<NextToken> next = plain_token(text, begin);
    if (!next) {
      if (!generated) generated.emplace(text);
      next = generated->token(begin);
    }
    const TokenKind kind = next->kind;
    end = static_cast<uint32_t>(next->end);
    if (kind == TokenKind::test && tests == Tests::skipped && starts_a_line(text, begin)) {
      end = static_cast<uint32_t>(behind_block(text, end));
      continue;
    }
    if (kind == TokenKind::blank) continue;
    if (kind == TokenKind::comment) {
      out.comments.push_back({{file, begin, end}, only_blanks_before(text, begin)});
      continue;
    }
    const bool again = !out.tokens.empty() && out.tokens.back().kind == TokenKind::newline;
    if (kind == TokenKind::newline && again) continue;
    if (continues_a_statement(kind) && again) out.tokens.pop_back();
    if (end - begin > kMaxWordBytes) {
      diagnostics.report(too_long({file, begin, end}));
      fits = false;
      if (diagnostics.error_count() >= kMaxSyntaxErrors) return std::nullopt;
    }
    if (out.tokens.size() >= kMaxTokens) {
      diagnostics.report({.kind = Kind::file_too_large,
                          .span = Span{file, begin, end},
                          .message = fmt::format("more than {} words in one file", kMaxTokens),
                          .help = "split the policy into files and name them with `use`"});
      return std::nullopt;
    }
    out.tokens.push_back({kind, begin, end});
  }
  const auto size = static_cast<uint32_t>(text.size());
  out.tokens.push_back({TokenKind::end, size, size});
  if (!fits) return std::nullopt;
  return out;
}

}  // namespace sbxc
