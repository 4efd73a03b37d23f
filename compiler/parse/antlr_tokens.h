// Our tokens as ANTLR wants to see them. Internal to the files that include ANTLR.
#pragma once

#include <algorithm>
#include <vector>

#include "SbxParser.h"
#include "compiler/parse/lexing.h"

namespace sbxc {

class AntlrToken final : public antlr4::Token {
 public:
  AntlrToken(const sbxc::Token& token, size_t index)
      : begin_(token.begin),
        end_(token.end),
        index_(static_cast<uint32_t>(index)),
        kind_(token.kind) {}

  uint32_t begin() const { return begin_; }
  uint32_t end() const { return end_; }
  TokenKind kind() const { return kind_; }
  uint32_t position() const { return index_; }

  std::string getText() const override { return {}; }
  size_t getType() const override {
    return kind_ == TokenKind::end ? antlr4::Token::EOF : static_cast<size_t>(kind_);
  }
  size_t getLine() const override { return 0; }
  size_t getCharPositionInLine() const override { return 0; }
  size_t getChannel() const override { return antlr4::Token::DEFAULT_CHANNEL; }
  size_t getTokenIndex() const override { return index_; }
  size_t getStartIndex() const override { return begin_; }
  size_t getStopIndex() const override { return end_; }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  antlr4::CharStream* getInputStream() const override { return nullptr; }
  std::string toString() const override { return {}; }

 private:
  uint32_t begin_;
  uint32_t end_;
  uint32_t index_;
  TokenKind kind_;
};

class AntlrTokens final : public antlr4::TokenStream {
 public:
  // INVARIANT: the last token is TokenKind::end; the stream never moves past it.
  explicit AntlrTokens(const std::vector<sbxc::Token>& tokens) {
    tokens_.reserve(tokens.size());
    for (const sbxc::Token& token : tokens) tokens_.emplace_back(token, tokens_.size());
  }

  const AntlrToken& ahead(size_t steps) const {
    return tokens_[std::min(at_ + steps, tokens_.size() - 1)];
  }

  void consume() override {
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  size_t LA(ssize_t i) override {
    const antlr4::Token* token = LT(i);
    return token == nullptr ? antlr4::Token::INVALID_TYPE : token->getType();
  }
  antlr4::Token* LT(ssize_t i) override {
    if (i == 0) return nullptr;
    if (i < 0) {
      const auto back = static_cast<size_t>(-i);
      return back > at_ ? nullptr : &tokens_[at_ - back];
    }
    return &tokens_[std::min(at_ + static_cast<size_t>(i) - 1, tokens_.size() - 1)];
  }
  antlr4::Token* get(size_t index) const override {
    return const_cast<AntlrToken*>(&tokens_[std::min(index, tokens_.size() - 1)]);
  }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  size_t index() override { return at_; }
  void seek(size_t index) override { at_ = std::min(index, tokens_.size() - 1); }
  size_t size() override { return tokens_.size(); }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  std::string getSourceName() const override { return {}; }
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string getText() override { return {}; }
  std::string getText(antlr4::RuleContext*) override { return {}; }
  std::string getText(antlr4::Token*, antlr4::Token*) override { return {}; }

 private:
  std::vector<AntlrToken> tokens_;
  size_t at_ = 0;
};

}  // namespace sbxc
