// A recursive reader with a bound on nesting. What TinyScheme does not read (`#| |#`) is an error
// here too.
#include "backends/seatbelt/read/forms.h"

#include <charconv>
#include <optional>

namespace sbxc::sbpl {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool ends_symbol(char c) { return is_space(c) || c == '(' || c == ')' || c == ';' || c == '"'; }

class Reader {
 public:
  Reader(Heap& heap, std::string_view text, uint32_t first_line)
      : heap_(heap), text_(text), line_(first_line) {}

  std::vector<Value> all() {
    std::vector<Value> forms;
    while (skip_blank()) forms.push_back(form());
    return forms;
  }

 private:
  // False at the end of the text.
  bool skip_blank() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ';') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (is_space(c)) {
        if (c == '\n') ++line_;
        ++at_;
      } else {
        return true;
      }
    }
    return false;
  }

  Value form() {
    if (!skip_blank()) fail(line_, "the text ends inside a list");
    const char c = text_[at_++];
    switch (c) {
      case '(':
        return list();
      case ')':
        fail(line_, "unbalanced parenthesis");
      case '\'':
        return quoted("quote");
      case '`':
        return quoted("quasiquote");
      case ',':
        if (at_ < text_.size() && text_[at_] == '@') {
          ++at_;
          return quoted("unquote-splicing");
        }
        return quoted("unquote");
      case '"':
        return cooked_string();
      case '#':
        return sharp();
      default:
        --at_;
        return number_or_symbol();
    }
  }

  Value list() {
    const uint32_t line = line_;
    if (++depth_ > kMaxNesting) not_understood(line, "nested too deeply");
    std::vector<Value> items;
    Value tail = Nil{};
    while (true) {
      if (!skip_blank()) fail(line, "unbalanced parenthesis");
      if (text_[at_] == ')') break;
      if (text_[at_] == '.' && at_ + 1 < text_.size() && ends_symbol(text_[at_ + 1])) {
        ++at_;
        tail = form();
        if (!skip_blank() || text_[at_] != ')') fail(line_, "more than one form after a dot");
        break;
      }
      items.push_back(form());
    }
    ++at_;
    --depth_;
    for (size_t i = items.size(); i-- > 0;) {
      tail = heap_.cons(std::move(items[i]), std::move(tail), line);
    }
    return tail;
  }

  Value quoted(std::string_view name) {
    const uint32_t line = line_;
    if (++depth_ > kMaxNesting) not_understood(line, "nested too deeply");
    const Value items[] = {heap_.symbol(name), form()};
    --depth_;
    return heap_.list(items, line);
  }

  Value string_of(std::string bytes, uint32_t line) {
    if (bytes.size() > kMaxStringLiteral) fail(line, "Error reading string");
    return heap_.text(std::move(bytes));
  }

  Value cooked_string() {
    const uint32_t line = line_;
    std::string bytes;
    while (true) {
      if (at_ >= text_.size()) fail(line, "unterminated string");
      const char c = text_[at_++];
      if (c == '"') return string_of(std::move(bytes), line);
      if (c == '\n') ++line_;
      bytes += c == '\\' ? escape() : c;
    }
  }

  char escape() {
    if (at_ >= text_.size()) fail(line_, "unterminated string");
    const char c = text_[at_++];
    switch (c) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      case 'x':
      case 'X':
        return digits(2, 16);
      default:
        if (c >= '0' && c <= '7') {
          --at_;
          return digits(3, 8);
        }
        return c;  // any other: the backslash disappears
    }
  }

  char digits(size_t most, int base) {
    unsigned value = 0;
    const char* begin = text_.data() + at_;
    const char* end = begin + std::min(most, text_.size() - at_);
    const auto read = std::from_chars(begin, end, value, base);
    if (read.ptr == begin) fail(line_, "Error reading string");
    at_ += static_cast<size_t>(read.ptr - begin);
    return static_cast<char>(value & 0xff);
  }

  Value sharp() {
    const uint32_t line = line_;
    if (at_ < text_.size() && text_[at_] == '"') {
      const size_t end = text_.find('"', at_ + 1);
      if (end == std::string_view::npos) fail(line, "unterminated string");
      std::string bytes(text_.substr(at_ + 1, end - at_ - 1));
      for (const char c : bytes) line_ += c == '\n' ? 1 : 0;
      at_ = end + 1;
      return string_of(std::move(bytes), line);
    }
    const std::string_view word = take_word();
    if (word == "t") return true;
    if (word == "f") return false;
    if (word.starts_with('\\')) return character(word.substr(1), line);
    if (!word.empty()) {
      const int base = word[0] == 'o' ? 8 : word[0] == 'x' ? 16 : word[0] == 'b' ? 2 : 0;
      if (base != 0) {
        if (const auto number = whole_number(word.substr(1), base)) return *number;
      }
    }
    fail(line, "undefined sharp expression");
  }

  // `#\a`, `#\/`, `#\space`. A parenthesis or a blank may stand for itself.
  Value character(std::string_view name, uint32_t line) {
    if (name.empty() && at_ < text_.size()) return Character{text_[at_++]};
    if (name.size() == 1) return Character{name[0]};
    if (name == "space") return Character{' '};
    if (name == "newline") return Character{'\n'};
    if (name == "tab") return Character{'\t'};
    fail(line, "undefined sharp expression");
  }

  std::string_view take_word() {
    const size_t begin = at_;
    while (at_ < text_.size() && !ends_symbol(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  static std::optional<int64_t> whole_number(std::string_view word, int base) {
    if (word.starts_with('+')) word.remove_prefix(1);
    int64_t value = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), value, base);
    if (word.empty() || read.ec != std::errc() || read.ptr != word.data() + word.size()) {
      return std::nullopt;
    }
    return value;
  }

  Value number_or_symbol() {
    const std::string_view word = take_word();
    if (const auto number = whole_number(word, 10)) return *number;
    for (const char c : word) {
      if (static_cast<unsigned char>(c) < 0x20) fail(line_, "a control character in a name");
    }
    return heap_.symbol(word);
  }

  Heap& heap_;
  std::string_view text_;
  size_t at_ = 0;
  size_t depth_ = 0;
  uint32_t line_;
};

}  // namespace

std::vector<Value> read_forms(Heap& heap, std::string_view text, uint32_t first_line) {
  if (text.size() > kMaxProfileBytes) not_understood(first_line, "the profile is too large");
  return Reader(heap, text, first_line).all();
}

}  // namespace sbxc::sbpl
