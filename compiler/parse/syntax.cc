// Drives the generated parser line by line and decides what happens at an error: one message in our
// own words for each faulty statement, then on with the next one. ANTLR's own strategy would try to
// insert and delete tokens; in a security policy a guess is worse than a message.
//
// An error unwinds (ANTLR's exceptions) to the statement it is in, which is skipped to its end; the
// rest of the file, and of the block around it, is parsed as usual. Work is bounded: after
// kMaxSyntaxErrors the file is given up.
#include "compiler/parse/syntax.h"

#include "compiler/parse/antlr_tokens.h"
#include "compiler/parse/ast_builder.h"
#include "compiler/parse/parse.h"
#include "compiler/parse/syntax_error.h"

namespace sbxc {

namespace {

using grammar::SbxParser;

class TooManyErrors : public std::exception {};

Wanted wanted_word(size_t role) {
  switch (role) {
    case SbxParser::RuleVersion:
      return Wanted::version_number;
    case SbxParser::RuleOperation:
      return Wanted::operation;
    case SbxParser::RuleOs:
      return Wanted::system;
    case SbxParser::RuleValue:
      return Wanted::value;
    case SbxParser::RuleTarget:
      return Wanted::target;
    case SbxParser::RulePattern:
      return Wanted::pattern;
    default:
      return Wanted::name;
  }
}

// What was asked for, from the rule that failed, the token before the failure, and whether a brace
// was opened since the rule's start.
Wanted wanted_by(const antlr4::RuleContext* context, TokenKind before, bool opened) {
  switch (context->getRuleIndex()) {
    case SbxParser::RuleWord:
      return wanted_word(static_cast<antlr4::RuleContext*>(context->parent)->getRuleIndex());
    case SbxParser::RuleTarget:
      return Wanted::target;
    case SbxParser::RuleLet:
      return before == TokenKind::equals ? Wanted::pattern : Wanted::equals;
    case SbxParser::RuleSetEnv:
      return before == TokenKind::set ? Wanted::env : Wanted::equals;
    case SbxParser::RuleAcceptClause:
      return Wanted::widened;
    case SbxParser::RuleAssertion:
      return Wanted::assertion;
    case SbxParser::RuleText:
    case SbxParser::RuleListFile:
      return Wanted::text;
    case SbxParser::RuleOn:
    case SbxParser::RuleTest:
      return opened ? Wanted::block_end : Wanted::block;
    case SbxParser::RuleSet:
      return Wanted::set_end;
    case SbxParser::RuleItem:
    case SbxParser::RulePattern:
    case SbxParser::RuleItems:
    case SbxParser::RuleUseException:
    case SbxParser::RuleParam:
    case SbxParser::RuleTestLine:
      return Wanted::pattern;
    default:
      return Wanted::statement_end;
  }
}

class Strategy final : public antlr4::ANTLRErrorStrategy {
 public:
  Strategy(const Sources& sources, FileId file, const std::vector<Token>& tokens,
           AntlrTokens& stream, Diagnostics& diagnostics)
      : sources_(sources),
        file_(file),
        tokens_(tokens),
        stream_(stream),
        diagnostics_(diagnostics) {}

  void reset(antlr4::Parser*) override {}
  bool inErrorRecoveryMode(antlr4::Parser*) override { return false; }
  void reportMatch(antlr4::Parser*) override {}

  antlr4::Token* recoverInline(antlr4::Parser* parser) override {
    throw antlr4::InputMismatchException(parser);
  }

  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override {
    if (unwinding_) return;
    unwinding_ = true;
    const auto* offending = static_cast<const AntlrToken*>(error.getOffendingToken());
    const size_t at = offending == nullptr ? stream_.index() : offending->position();
    const antlr4::RuleContext* context = parser->getContext();
    const size_t statement = statement_start(context);
    report({wanted_at(context, at, statement), at, statement});
  }

  void recover(antlr4::Parser* parser, std::exception_ptr error) override {
    const antlr4::ParserRuleContext* context = parser->getContext();
    const size_t rule = context->getRuleIndex();
    const bool in_block = rule == SbxParser::RuleInner || rule == SbxParser::RuleTestLine;
    if (rule != SbxParser::RuleLine && !in_block) std::rethrow_exception(error);
    unwinding_ = false;
    skip_statement(start_of(context), in_block);
  }

  // Called by generated code before each decision about a loop or an option. Between the statements
  // of a block it takes out what is no statement of that block.
  void sync(antlr4::Parser* parser) override {
    const antlr4::ParserRuleContext* context = parser->getContext();
    const size_t rule = context->getRuleIndex();
    if (rule != SbxParser::RuleOn && rule != SbxParser::RuleTest) return;
    for (;;) {
      const TokenKind before = kind_before(stream_.index());
      const bool newline = stream_.ahead(0).kind() == TokenKind::newline;
      const AntlrToken& next = stream_.ahead(newline ? 1 : 0);
      if (next.kind() == TokenKind::end || next.kind() == TokenKind::close_brace) return;
      const bool at_start =
          newline || before == TokenKind::newline || before == TokenKind::open_brace;
      if (at_start && starts_here(next.kind(), rule)) return;
      const Wanted start = rule == SbxParser::RuleOn ? Wanted::block_statement : Wanted::test_line;
      const size_t statement = at_start ? next.position() : last_statement(next.position());
      report({at_start ? start : Wanted::statement_end, next.position(), statement});
      stream_.seek(next.position());
      skip_statement(statement, /*in_block=*/true);
    }
  }

 private:
  static bool starts_here(TokenKind kind, size_t rule) {
    if (is_one_of(kind, {TokenKind::allow, TokenKind::deny, TokenKind::ask})) return true;
    return rule == SbxParser::RuleOn &&
           is_one_of(kind, {TokenKind::set, TokenKind::limit, TokenKind::assert, TokenKind::test});
  }

  static size_t start_of(const antlr4::ParserRuleContext* context) {
    return static_cast<const AntlrToken*>(context->start)->position();
  }

  // The first token of the innermost statement around `context`.
  static size_t statement_start(const antlr4::RuleContext* context) {
    for (;;) {
      const size_t rule = context->getRuleIndex();
      if (rule == SbxParser::RuleLine || rule == SbxParser::RuleInner ||
          rule == SbxParser::RuleTestLine || context->parent == nullptr) {
        return start_of(static_cast<const antlr4::ParserRuleContext*>(context));
      }
      context = static_cast<const antlr4::RuleContext*>(context->parent);
    }
  }

  TokenKind kind_before(size_t index) const {
    return index == 0 ? TokenKind::newline : tokens_[index - 1].kind;
  }

  // The start of the statement in a block that ends before token `at`, on the same line.
  size_t last_statement(size_t at) const {
    size_t sets = 0;
    for (; at > 0 && tokens_[at - 1].kind != TokenKind::newline; --at) {
      if (tokens_[at - 1].kind == TokenKind::open_brace && sets == 0) break;
      if (tokens_[at - 1].kind == TokenKind::close_brace) ++sets;
      if (tokens_[at - 1].kind == TokenKind::open_brace) --sets;
    }
    return at;
  }

  Wanted wanted_at(const antlr4::RuleContext* context, size_t at, size_t statement) const {
    const bool at_start = at == statement;
    if (at_start && context->getRuleIndex() != SbxParser::RuleWord) return Wanted::statement;
    const size_t first = start_of(static_cast<const antlr4::ParserRuleContext*>(context));
    bool opened = false;
    for (size_t i = first; i < at; ++i) opened = opened || tokens_[i].kind == TokenKind::open_brace;
    return wanted_by(context, kind_before(at), opened);
  }

  void report(const SyntaxError& error) {
    Diagnostic diagnostic = explain(error, sources_, file_, tokens_);
    // A block without its `{` leaves a `}` behind, which is no second error.
    const bool forgiven = diagnostic.kind == Kind::stray_brace && blocks_without_brace_ > 0;
    const size_t next = std::min(error.at + 1, tokens_.size() - 1);
    const bool brace_follows = tokens_[next].kind == TokenKind::open_brace;
    if (diagnostic.kind == Kind::missing_block && !brace_follows) ++blocks_without_brace_;
    if (forgiven) {
      --blocks_without_brace_;
      return;
    }
    diagnostics_.report(std::move(diagnostic));
    if (diagnostics_.error_count() >= kMaxSyntaxErrors) throw TooManyErrors();
  }

  // Moves to the end of the statement that starts at token `first`: over its newline in a file,
  // before its newline or the block's `}` in a block. Braces opened since `first` are skipped
  // whole; an unclosed set ends where a statement starts on a new line.
  void skip_statement(size_t first, bool in_block) {
    const bool has_block =
        tokens_[first].kind == TokenKind::on || tokens_[first].kind == TokenKind::test;
    size_t depth = 0;
    for (size_t i = first; i < stream_.index(); ++i) depth = depth_after(depth, tokens_[i].kind);
    for (;; stream_.consume()) {
      const TokenKind kind = stream_.ahead(0).kind();
      if (kind == TokenKind::end) return;
      if (kind == TokenKind::close_brace && depth == 0 && in_block) return;
      const bool new_statement = !has_block && starts_statement(stream_.ahead(1).kind()) &&
                                 is_word(stream_.ahead(2).kind());
      const bool block_follows =
          has_block && depth == 0 && stream_.ahead(1).kind() == TokenKind::open_brace;
      if (kind == TokenKind::newline && !block_follows && (depth == 0 || new_statement)) {
        if (!in_block) stream_.consume();
        return;
      }
      depth = depth_after(depth, kind);
    }
  }

  static size_t depth_after(size_t depth, TokenKind kind) {
    if (kind == TokenKind::open_brace) return depth + 1;
    return kind == TokenKind::close_brace && depth > 0 ? depth - 1 : depth;
  }

  const Sources& sources_;
  FileId file_;
  const std::vector<Token>& tokens_;
  AntlrTokens& stream_;
  Diagnostics& diagnostics_;
  bool unwinding_ = false;  // an error was reported and its statement is not left yet
  size_t blocks_without_brace_ = 0;
};

}  // namespace

Syntax parse_syntax(const Sources& sources, FileId file, const std::vector<Token>& tokens,
                    Diagnostics& diagnostics) {
  Syntax out;
  AntlrTokens stream(tokens);
  SbxParser parser(&stream);
  parser.removeErrorListeners();
  parser.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(
      antlr4::atn::PredictionMode::SLL);
  parser.setErrorHandler(std::make_shared<Strategy>(sources, file, tokens, stream, diagnostics));
  AstBuilder builder(sources, file, diagnostics);
  try {
    while (stream.LA(1) != antlr4::Token::EOF) {
      const size_t before = stream.index();
      builder.add_line(*parser.line(), out);
      parser.getTreeTracker().reset();
      if (stream.index() == before) stream.consume();
    }
  } catch (const TooManyErrors&) {
  }
  return out;
}

}  // namespace sbxc
