// The generated lexer over bytes. ANTLR's simulator caches its automaton for ASCII only, so every
// byte above 127 is handed over as one letter (DEL, which the text limits have ruled out): the
// grammar makes no difference between them, and offsets stay byte offsets.
#include "compiler/parse/lexing.h"

#include <fmt/core.h>

#include "SbxLexer.h"
#include "compiler/diag/printable.h"
#include "compiler/parse/parse.h"

namespace sbxc {

namespace {

using grammar::SbxLexer;

#define SBXC_TOKEN(name, grammar_name)                                                     \
  static_assert(                                                                           \
      static_cast<size_t>(TokenKind::name) == static_cast<size_t>(SbxLexer::grammar_name), \
      "tokens.def and grammar/Sbx.g4 differ");
#include "compiler/parse/tokens.def"

class ByteStream final : public antlr4::CharStream {
 public:
  explicit ByteStream(std::string_view text) : text_(text) {}

  void consume() override { ++at_; }
  size_t LA(ssize_t i) override {
    if (i == 0) return 0;
    const size_t at = at_ + static_cast<size_t>(i > 0 ? i - 1 : i);
    if (at >= text_.size()) return IntStream::EOF;
    const auto byte = static_cast<unsigned char>(text_[at]);
    constexpr size_t kLetter = 0x7F;
    return byte < 0x80 ? byte : kLetter;
  }
  ssize_t mark() override { return -1; }
  void release(ssize_t) override {}
  size_t index() override { return at_; }
  void seek(size_t index) override { at_ = index; }
  size_t size() override { return text_.size(); }
  std::string getSourceName() const override { return {}; }
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string toString() const override { return {}; }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

bool only_blanks_before(std::string_view text, size_t at) {
  while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t')) --at;
  return at == 0 || text[at - 1] == '\n';
}

Diagnostic too_long(Span span) {
  return {.kind = Kind::word_too_long,
          .span = span,
          .message = fmt::format("a word of {} bytes is longer than the {} that sbxc reads",
                                 span.end - span.begin, kMaxWordBytes),
          .help = "a long list of hosts belongs in a list file: `let names = hosts \"list.txt\"`"};
}

}  // namespace

std::optional<Lexed> lex(const Sources& sources, FileId file, Diagnostics& diagnostics) {
  const std::string_view text = sources.text(file);
  Lexed out;
  out.tokens.reserve(text.size() / 8 + 2);
  ByteStream stream(text);
  SbxLexer lexer(&stream);
  auto* const simulator = lexer.getInterpreter<antlr4::atn::LexerATNSimulator>();
  bool fits = true;
  while (stream.index() < text.size()) {
    const auto begin = static_cast<uint32_t>(stream.index());
    const auto kind = static_cast<TokenKind>(simulator->match(&stream, SbxLexer::DEFAULT_MODE));
    const auto end = static_cast<uint32_t>(stream.index());
    if (kind == TokenKind::blank) continue;
    if (kind == TokenKind::comment) {
      out.comments.push_back({{file, begin, end}, only_blanks_before(text, begin)});
      continue;
    }
    const bool again = !out.tokens.empty() && out.tokens.back().kind == TokenKind::newline;
    if (kind == TokenKind::newline && again) continue;
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
