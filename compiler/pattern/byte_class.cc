// A class is read as one token, before braces and slashes are looked at. Ranges that span '/' are
// taken without it: a class matches a byte of a name, and a name has none.
//
// Reference: POSIX.1-2017 XBD 9.3.5 (bracket expression) and XCU 2.13.1 (`!` in place of `^`).
#include "compiler/pattern/byte_class.h"

#include <fmt/core.h>

#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

unsigned index_of(char c) { return static_cast<unsigned char>(c); }

class ClassReader {
 public:
  ClassReader(const PatternText& text, size_t begin, InBraces in_braces)
      : text_(text), begin_(begin), at_(begin + 1), in_braces_(in_braces) {}

  Result<ByteClass> read() {
    const bool negated = special(at_, '!');
    if (special(at_, '^')) return tl::unexpected(caret());
    if (negated) ++at_;
    for (bool first = true; first || !special(at_, ']'); first = false) {
      if (auto error = read_item()) return tl::unexpected(std::move(*error));
    }
    ++at_;
    if (negated) bytes_ = any_name_byte() & ~bytes_;
    bytes_.reset('/');
    return ByteClass{bytes_, at_};
  }

 private:
  bool special(size_t i, char c) const {
    return i < text_.bytes.size() && !text_.bytes[i].literal && text_.bytes[i].value == c;
  }
  std::string shown(size_t from, size_t to) const {
    return printable(text_.str().substr(from, to - from));
  }

  Diagnostic problem(Kind kind, size_t from, std::string message, std::string help) const {
    return {.kind = kind,
            .span = text_.at(from, at_),
            .message = std::move(message),
            .help = std::move(help)};
  }

  Diagnostic caret() {
    ++at_;
    return problem(Kind::caret_class, begin_, "`[^` is not how a class is negated",
                   "write `[!` for every byte but these, or `[\\^` for a caret");
  }

  Diagnostic unclosed() {
    const bool empty = special(begin_ + 1, ']') && at_ == begin_ + 2;
    return problem(Kind::unclosed_class, begin_,
                   fmt::format("the class `{}` is not closed", shown(begin_, at_)),
                   empty
                       ? "a `]` right after `[` is a member; an empty class would match nothing"
                       : "add `]` in the same component, or write `\\[` for a bracket in the name");
  }

  // The byte at at_ as a member, or why it cannot be one.
  std::optional<Diagnostic> read_member(char* out) {
    if (at_ >= text_.bytes.size()) return unclosed();
    if (special(at_, '\\') && at_ + 1 < text_.bytes.size()) {
      *out = text_.bytes[at_ + 1].value;
      at_ += 2;
      return check_byte(*out, at_ - 2);
    }
    const char c = text_.bytes[at_].value;
    if (c == '/') return unclosed();
    const bool typed = !text_.bytes[at_].literal;
    const size_t start = at_++;
    if (typed && (c == '{' || c == '}' || (c == ',' && in_braces_ == InBraces::yes))) {
      return problem(Kind::bad_class_member, start,
                     fmt::format("`{}` is not escaped in a class", c),
                     fmt::format("write `\\{}`; shells do not agree on what it means here", c));
    }
    if (typed && c == '[' && (special(at_, ':') || special(at_, '.') || special(at_, '='))) {
      ++at_;
      return problem(Kind::bad_class_member, start, "classes by name are not part of the language",
                     "write the range, for example `[A-Za-z]` or `[0-9]`");
    }
    *out = c;
    return check_byte(c, start);
  }

  std::optional<Diagnostic> check_byte(char c, size_t start) {
    if (c == '/') return unclosed();
    if (index_of(c) < 0x80) return std::nullopt;
    while (at_ < text_.bytes.size() && (index_of(text_.bytes[at_].value) & 0xC0) == 0x80) ++at_;
    return problem(
        Kind::bad_class_member, start,
        fmt::format("`{}` is more than one byte, and a class matches one", shown(start, at_)),
        "list such characters in braces, for example `{ä,ö}`");
  }

  std::optional<Diagnostic> read_item() {
    const size_t start = at_;
    char low = 0;
    if (auto error = read_member(&low)) return error;
    char high = low;
    const bool range = special(at_, '-') && at_ + 1 < text_.bytes.size() && !special(at_ + 1, ']');
    if (range) {
      ++at_;
      if (auto error = read_member(&high)) return error;
      if (index_of(low) > index_of(high)) {
        return problem(Kind::reversed_range, start,
                       fmt::format("the range `{}` is reversed", shown(start, at_)),
                       fmt::format("write `{}-{}`", printable({&high, 1}), printable({&low, 1})));
      }
      if (special(at_, '-') && !special(at_ + 1, ']')) {
        ++at_;
        return problem(Kind::bad_class_member, start,
                       "`-` right after a range has no agreed meaning",
                       "put a `-` that is a member last: `[a-z-]`");
      }
    }
    for (unsigned c = index_of(low); c <= index_of(high); ++c) bytes_.set(c);
    return std::nullopt;
  }

  const PatternText& text_;
  size_t begin_;
  size_t at_;
  InBraces in_braces_;
  ByteSet bytes_;
};

void append_member(std::string& out, unsigned byte) {
  const char c = static_cast<char>(byte);
  const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '_' || c == '.' || byte >= 0x80;
  if (!plain) out += '\\';
  out += c;
}

}  // namespace

const ByteSet& any_name_byte() {
  static const ByteSet set = ByteSet().set().reset('/').reset(0);
  return set;
}

Result<ByteClass> parse_byte_class(const PatternText& text, size_t begin, InBraces in_braces) {
  return ClassReader(text, begin, in_braces).read();
}

std::string class_text(const ByteSet& bytes) {
  ByteSet with_slash = any_name_byte();
  with_slash.set('/');
  if (bytes == any_name_byte() || bytes == with_slash) return "?";
  const bool negated = bytes.test(0xFF);
  const ByteSet members = negated ? any_name_byte() & ~bytes : bytes;
  std::string out = negated ? "[!" : "[";
  for (unsigned low = 0; low < 256; ++low) {
    if (!members.test(low)) continue;
    unsigned high = low;
    while (high < 255 && members.test(high + 1)) ++high;
    append_member(out, low);
    if (high > low + 1) out += '-';
    if (high > low) append_member(out, high);
    low = high;
  }
  return out + "]";
}

}  // namespace sbxc
