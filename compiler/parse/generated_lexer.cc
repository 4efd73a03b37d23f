// ANTLR's simulator caches its automaton for ASCII only, so every byte above 127 is handed over as
// one letter (DEL, which the text limits have ruled out): the grammar makes no difference between
// them, and offsets stay byte offsets.
#include "compiler/parse/generated_lexer.h"

#include "SbxLexer.h"

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

}  // namespace

struct GeneratedLexer::Machine {
  explicit Machine(std::string_view text) : stream(text), lexer(&stream) {}

  ByteStream stream;
  SbxLexer lexer;
};

GeneratedLexer::GeneratedLexer(std::string_view text) : machine_(std::make_unique<Machine>(text)) {}

GeneratedLexer::~GeneratedLexer() = default;

NextToken GeneratedLexer::token(size_t at) {
  machine_->stream.seek(at);
  auto* const simulator = machine_->lexer.getInterpreter<antlr4::atn::LexerATNSimulator>();
  const size_t kind = simulator->match(&machine_->stream, SbxLexer::DEFAULT_MODE);
  return {static_cast<TokenKind>(kind), machine_->stream.index()};
}

}  // namespace sbxc
