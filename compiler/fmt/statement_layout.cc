#include "compiler/fmt/statement_layout.h"

#include <algorithm>

#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

constexpr size_t kContinuation = 4;
constexpr size_t kMember = 2;
constexpr size_t kEffectWidth = 5;
constexpr size_t kOperationWidth = 7;

// Where an element stands in its statement.
enum class Place : uint8_t {
  plain,
  effect,
  operation,   // of a rule or a test's line
  item,        // the first word of what follows a comma of a list
  clause,      // except, because, accept
  set_open,    // opens a set as the first of its list, or behind a comma (then it is an item too)
  set_first,   // the first member
  set_member,  // a later member
  set_close,
};

struct Placed {
  Place place = Place::plain;
  bool after_comma = false;  // of a list, not of a set
};

bool is_rule(TokenKind head) {
  return is_one_of(head, {TokenKind::allow, TokenKind::deny, TokenKind::ask});
}

bool starts_clause(TokenKind word, TokenKind head) {
  if (head == TokenKind::use) return word == TokenKind::except;
  return is_rule(head) &&
         is_one_of(word, {TokenKind::except, TokenKind::because, TokenKind::accept});
}

// Reads the statement once, as the grammar does, and says what each word is. A keyword is a clause
// only where no list member is due: `allow env because` allows a variable of that name.
std::vector<Placed> place(Elements statement) {
  std::vector<Placed> out(statement.size());
  const TokenKind head = statement[0].kind;
  bool member_due = true;
  bool in_set = false;
  bool use_has_except = false;
  TokenKind before = TokenKind::end;
  size_t words = 0;
  for (size_t i = 0; i < statement.size(); ++i) {
    const TokenKind kind = statement[i].kind;
    if (kind == TokenKind::comment) continue;
    Placed& placed = out[i];
    placed.after_comma = before == TokenKind::comma && !in_set && kind != TokenKind::comma;
    const bool clause_word = starts_clause(kind, head);
    const bool is_head = words < 2 && (is_rule(head) || words == 0);
    if (is_head && is_rule(head)) {
      placed.place = words == 0 ? Place::effect : Place::operation;
    } else if (kind == TokenKind::open_brace) {
      placed.place = Place::set_open;
      in_set = true;
    } else if (kind == TokenKind::close_brace) {
      placed.place = Place::set_close;
      in_set = false;
    } else if (in_set && kind != TokenKind::comma) {
      placed.place = before == TokenKind::open_brace ? Place::set_first : Place::set_member;
    } else if (clause_word && !member_due && !use_has_except) {
      placed.place = Place::clause;
      use_has_except = head == TokenKind::use;
    } else if (placed.after_comma) {
      placed.place = Place::item;
    }
    // A keyword is no clause right behind the head, a comma or a clause.
    member_due = is_head || kind == TokenKind::comma || placed.place == Place::clause;
    before = kind;
    ++words;
  }
  return out;
}

class Layout {
 public:
  Layout(Elements statement, size_t indent, Columns columns)
      : statement_(statement),
        placed_(place(statement)),
        indent_(indent),
        columns_(columns),
        one_a_line_(has_one_a_line()) {}

  LaidOut lay_out() {
    if (!broken_by_author()) {
      LaidOut flat = lines(/*several_lines=*/false);
      if (flat.width <= kLineWidth) return flat;
    }
    return lines(/*several_lines=*/true);
  }

 private:
  // Whether there is a line break to keep, outside of sets.
  bool broken_by_author() const {
    bool in_set = false;
    for (size_t i = 1; i < statement_.size(); ++i) {
      const bool comment = statement_[i].is_comment() && !in_set;
      const bool clause = placed_[i].place == Place::clause && statement_[i].newlines_before > 0;
      if (comment || clause) return true;
      if (placed_[i].place == Place::set_open) in_set = true;
      if (placed_[i].place == Place::set_close) in_set = false;
    }
    return one_a_line_;
  }

  // Whether each comma outside of sets ends its line.
  bool has_one_a_line() const {
    size_t members = 0;
    for (size_t i = 1; i < statement_.size(); ++i) {
      if (!placed_[i].after_comma || statement_[i].is_comment()) continue;
      ++members;
      if (statement_[i].newlines_before == 0) return false;
    }
    return members > 0;
  }

  LaidOut lines(bool several_lines) {
    several_lines_ = several_lines;
    out_ = {};
    expanded_ = false;
    must_break_ = false;
    start_line(indent_);
    for (size_t i = 0; i < statement_.size(); ++i) {
      if (statement_[i].is_comment()) {
        add_comment(i);
      } else {
        add_word(i);
      }
    }
    end_line();
    return std::move(out_);
  }

  void start_line(size_t indent) {
    line_.assign(indent, ' ');
    line_indent_ = indent;
    column_ = indent;
    must_break_ = false;
  }

  void end_line() {
    if (column_ > line_indent_) out_.width = std::max(out_.width, column_);
    out_.lines.push_back(std::move(line_));
  }

  void break_line(size_t indent) {
    end_line();
    start_line(indent);
  }

  bool at_line_start() const { return line_.size() == line_indent_; }

  size_t next_indent() const { return expanded_ ? set_indent_ + kMember : indent_ + kContinuation; }

  void add_comment(size_t i) {
    const Element& comment = statement_[i];
    if (comment.newlines_before == 0) {
      line_ += "  ";
    } else {
      if (!at_line_start()) break_line(next_indent());
      keep_blank_line(i);
    }
    line_ += comment.text;
    must_break_ = true;
  }

  // Sections of a long set stay apart.
  void keep_blank_line(size_t i) {
    const bool first = statement_[i - 1].kind == TokenKind::open_brace;
    if (expanded_ && !first && statement_[i].newlines_before > 1) out_.lines.emplace_back();
  }

  void add_word(size_t i) {
    const Element& word = statement_[i];
    const Place place = placed_[i].place;
    if (place == Place::set_close && expanded_) {
      break_line(set_indent_);
      expanded_ = false;
    } else if (breaks_before(i)) {
      if (!at_line_start()) break_line(next_indent());
      if (expanded_) keep_blank_line(i);
    } else if (!at_line_start() && word.kind != TokenKind::comma) {
      append(place == Place::clause ? "  " : " ");
    }
    if (place == Place::set_open && expands(i)) {
      expanded_ = true;
      set_indent_ = line_indent_;
    }
    append(word.text);
    if (columns_ == Columns::aligned && place == Place::effect) pad(kEffectWidth, word.text);
    if (columns_ == Columns::aligned && place == Place::operation) pad(kOperationWidth, word.text);
  }

  bool breaks_before(size_t i) const {
    if (must_break_) return true;
    const Place place = placed_[i].place;
    if (place == Place::set_first || place == Place::set_member) return expanded_;
    if (!several_lines_) return false;
    if (place == Place::clause) return true;
    if (!placed_[i].after_comma) return false;
    return one_a_line_ || column_ + 1 + item_width(i) > kLineWidth;
  }

  // The columns of the list member at `i` and its comma, on one line if that can be.
  size_t item_width(size_t i) const {
    if (placed_[i].place == Place::set_open) {
      const size_t whole = must_expand(i) ? 0 : set_width(i);
      const bool fits_a_line = indent_ + kContinuation + whole <= kLineWidth;
      return whole == 0 || !fits_a_line ? 1 : whole;
    }
    size_t width = display_width(statement_[i].text);
    // `env FOO` after `use … except` is one member of two words.
    for (++i; i < statement_.size() && placed_[i].place == Place::plain; ++i) {
      const bool comma = statement_[i].kind == TokenKind::comma;
      if (!statement_[i].is_comment()) width += display_width(statement_[i].text) + (comma ? 0 : 1);
      if (comma || statement_[i].is_comment()) break;
    }
    return width;
  }

  // From its `{` to its `}` and the comma behind, on one line.
  size_t set_width(size_t open) const {
    size_t width = 0;
    size_t i = open;
    for (; placed_[i].place != Place::set_close; ++i) {
      const bool comma = statement_[i].kind == TokenKind::comma;
      width += display_width(statement_[i].text) + (comma || i == open ? 0 : 1);
    }
    const bool comma = i + 1 < statement_.size() && statement_[i + 1].kind == TokenKind::comma;
    return width + 2 + (comma ? 1 : 0);
  }

  // A set with comments, or whose first member the author put on a line of its own.
  bool must_expand(size_t open) const {
    const bool empty = placed_[open + 1].place == Place::set_close;
    if (!empty && statement_[open + 1].newlines_before > 0) return true;
    for (size_t i = open; placed_[i].place != Place::set_close; ++i) {
      if (statement_[i].is_comment()) return true;
    }
    return false;
  }

  bool expands(size_t open) const {
    return must_expand(open) || (several_lines_ && column_ + set_width(open) > kLineWidth);
  }

  void append(std::string_view text) {
    line_ += text;
    column_ += display_width(text);
  }

  void pad(size_t width, std::string_view text) {
    if (text.size() < width) append(std::string(width - text.size(), ' '));
  }

  Elements statement_;
  std::vector<Placed> placed_;
  size_t indent_;
  Columns columns_;
  bool one_a_line_;

  bool several_lines_ = false;
  LaidOut out_;
  std::string line_;
  size_t line_indent_ = 0;
  size_t column_ = 0;        // of line_ without its comment
  bool must_break_ = false;  // a comment ended the line
  bool expanded_ = false;    // inside a set with one member a line
  size_t set_indent_ = 0;    // of the line that opened it
};

}  // namespace

LaidOut lay_out(Elements statement, size_t indent, Columns columns) {
  return Layout(statement, indent, columns).lay_out();
}

}  // namespace sbxc
