// Walks a file's elements statement by statement: blank lines, comments between statements and
// blocks are laid out here, statements in statement_layout.cc. Words are copied, never rebuilt from
// the AST, so that the formatter cannot change what it does not understand; what it can get wrong
// is where a line ends, and that the round trip is tested for.
#include "compiler/fmt/fmt.h"

#include "compiler/diag/printable.h"
#include "compiler/fmt/elements.h"
#include "compiler/fmt/statement_layout.h"

namespace sbxc {

namespace {

constexpr size_t kBlockIndent = 2;

// One past the last element of the statement that starts at `first`, up to the `{` of a block.
size_t statement_end(Elements all, size_t first) {
  const bool block = is_one_of(all[first].kind, {TokenKind::on, TokenKind::test});
  bool in_set = false;
  for (size_t i = first;;) {
    const TokenKind kind = all[i].kind;
    if (kind == TokenKind::open_brace && block) return i + 1;
    if (kind == TokenKind::open_brace) in_set = true;
    if (kind == TokenKind::close_brace) in_set = false;
    const size_t next = next_word(all, i + 1);
    const TokenKind ahead = all[next].kind;
    if (ahead == TokenKind::end) return i + 1;
    uint32_t newlines = 0;
    for (size_t j = i + 1; j <= next; ++j) newlines += all[j].newlines_before;
    const bool goes_on =
        newlines == 0 || in_set || kind == TokenKind::comma ||
        is_one_of(ahead, {TokenKind::except, TokenKind::because, TokenKind::accept});
    if (!goes_on || (ahead == TokenKind::close_brace && !in_set)) return i + 1;
    i = next;
  }
}

class Formatter {
 public:
  explicit Formatter(Elements all) : all_(all) {}

  std::string format() {
    add_statements(0);
    return std::move(out_);
  }

 private:
  // Up to the end of the file or the `}` of the block, which is left in place.
  void add_statements(size_t indent) {
    bool first = true;
    while (all_[at_].kind != TokenKind::end && all_[at_].kind != TokenKind::close_brace) {
      if (!first && all_[at_].newlines_before > 1) out_ += '\n';
      first = false;
      if (all_[at_].is_comment()) {
        out_.append(indent, ' ').append(all_[at_].text).append("\n");
        ++at_;
      } else {
        add_statement(indent);
      }
    }
  }

  void add_statement(size_t indent) {
    const size_t end = statement_end(all_, at_);
    const Elements statement = all_.subspan(at_, end - at_);
    const bool block = is_one_of(statement[0].kind, {TokenKind::on, TokenKind::test});
    if (block) {
      add_block(statement, indent);
    } else {
      const LaidOut laid_out = lay_out(statement, indent, Columns::aligned);
      for (const std::string& line : laid_out.lines) out_ += line + '\n';
      at_ = end;
    }
    add_trailing_comment();
  }

  // A comment on the line of the word before it, which ends a line in the output.
  void add_trailing_comment() {
    if (!all_[at_].is_comment() || all_[at_].newlines_before > 0) return;
    out_.pop_back();
    out_.append("  ").append(all_[at_].text).append("\n");
    ++at_;
  }

  void add_block(Elements header, size_t indent) {
    std::string opening(indent, ' ');
    for (const Element& element : header) opening.append(element.text).append(" ");
    opening.pop_back();
    at_ += header.size();
    if (add_block_on_one_line(opening)) return;
    out_ += opening + '\n';
    add_trailing_comment();
    add_statements(indent + kBlockIndent);
    out_.append(indent, ' ').append("}\n");
    ++at_;
  }

  // When the author wrote it so, or when there is nothing in it.
  bool add_block_on_one_line(const std::string& opening) {
    size_t close = at_;
    bool in_set = false;
    for (; in_set || all_[close].kind != TokenKind::close_brace; ++close) {
      if (all_[close].newlines_before > 0 || all_[close].is_comment()) return false;
      if (all_[close].kind == TokenKind::open_brace) in_set = true;
      if (all_[close].kind == TokenKind::close_brace) in_set = false;
    }
    if (close == at_) {
      out_ += opening + " }\n";
      ++at_;
      return true;
    }
    const bool nested = is_one_of(all_[at_].kind, {TokenKind::on, TokenKind::test});
    if (all_[close].newlines_before > 0 || nested) return false;
    const LaidOut inner = lay_out(all_.subspan(at_, close - at_), 0, Columns::single_spaces);
    const std::string line = opening + ' ' + inner.lines.front() + " }";
    if (inner.lines.size() > 1 || display_width(line) > kLineWidth) return false;
    out_ += line + '\n';
    at_ = close + 1;
    return true;
  }

  Elements all_;
  size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string format(const ast::File& file, const Sources& sources) {
  const auto elements = elements_of(sources, file.id);
  if (!elements) return std::string(sources.text(file.id));
  return Formatter(*elements).format();
}

}  // namespace sbxc
