// The lexer that ANTLR makes from grammar/Sbx.g4, over bytes, without ANTLR's headers.
#pragma once

#include <memory>
#include <string_view>

#include "compiler/parse/plain_token.h"

namespace sbxc {

class GeneratedLexer {
 public:
  // `text` must outlive it.
  explicit GeneratedLexer(std::string_view text);
  ~GeneratedLexer();
  GeneratedLexer(const GeneratedLexer&) = delete;
  GeneratedLexer& operator=(const GeneratedLexer&) = delete;

  // The token that starts at `at`, which is before the end of the text.
  NextToken token(size_t at);

 private:
  struct Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace sbxc
