#include "runtime/c/audit_line.h"

#include <cstdint>
#include <cstring>
#include <string_view>

namespace sbxc::c {

namespace {

constexpr int kDeepest = 8;

class Scanner {
 public:
  Scanner(std::string_view text, char* room) : text_(text), room_(room) {}

  bool good() const { return good_; }
  bool at_end() const { return text_.empty(); }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) { good_ = take(c) && good_; }

  // Never longer than what stands in the line, so the room is enough.
  const char* string() {
    const char* begin = room_;
    expect('"');
    while (good_ && !take('"')) {
      if (text_.empty()) {
        good_ = false;
      } else if (take('\\')) {
        escape();
      } else {
        put(text_.front());
        text_.remove_prefix(1);
      }
    }
    put('\0');
    return good_ ? begin : "";
  }

  // Of an array of strings, the first; nothing else of it.
  const char* first_string() {
    expect('[');
    const char* found = !text_.empty() && text_.front() == '"' ? string() : "";
    while (good_ && !take(']')) {
      if (!take(',')) good_ = false;
      if (good_) skip(1);
    }
    return found;
  }

  void skip(int depth) {
    if (text_.empty() || depth > kDeepest) {
      good_ = false;
    } else if (text_.front() == '"') {
      char* before = room_;
      string();
      room_ = before;
    } else if (text_.front() == '{' || text_.front() == '[') {
      skip_inside(depth);
    } else {
      const size_t end = text_.find_first_of(",]}");
      good_ = good_ && end != std::string_view::npos && end > 0;
      text_.remove_prefix(good_ ? end : 0);
    }
  }

 private:
  void put(char c) { *room_++ = c; }

  void skip_inside(int depth) {
    const bool object = text_.front() == '{';
    const char end = object ? '}' : ']';
    text_.remove_prefix(1);
    if (take(end)) return;
    while (good_) {
      if (object) {
        skip(depth + 1);
        expect(':');
      }
      if (good_) skip(depth + 1);
      if (take(end)) return;
      expect(',');
    }
  }

  void escape() {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kBytes = "\"\\/\b\f\n\r\t";
    const char named = text_.empty() ? '\0' : text_.front();
    if (named == 'u') {
      text_.remove_prefix(1);
      return code_unit();
    }
    const size_t which = kNames.find(named);
    good_ = named != '\0' && which != std::string_view::npos;
    if (!good_) return;
    put(kBytes[which]);
    text_.remove_prefix(1);
  }

  // Six bytes of the line, at most three of text. The other half of a pair comes as one of its own,
  // and there are none: sbxc writes UTF-8 and escapes control characters only.
  void code_unit() {
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      const int digit = text_.empty() ? -1 : hex(text_.front());
      good_ = good_ && digit >= 0;
      if (!good_) return;
      value = value * 16 + static_cast<uint32_t>(digit);
      text_.remove_prefix(1);
    }
    const bool half = value >= 0xD800 && value < 0xE000;
    if (half || value == 0) value = 0xFFFD;
    const auto byte = [](uint32_t bits) { return static_cast<char>(static_cast<uint8_t>(bits)); };
    if (value < 0x80) return put(byte(value));
    if (value < 0x800) {
      put(byte(0xC0 | value >> 6U));
    } else {
      put(byte(0xE0 | value >> 12U));
      put(byte(0x80 | (value >> 6U & 0x3F)));
    }
    put(byte(0x80 | (value & 0x3F)));
  }

  static int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  }

  std::string_view text_;
  char* room_;
  bool good_ = true;
};

const char** place_for(AuditLine& line, std::string_view key) {
  if (key == "event") return &line.event;
  if (key == "operation") return &line.operation;
  if (key == "target") return &line.target;
  if (key == "second") return &line.second;
  if (key == "error") return &line.error;
  return nullptr;
}

}  // namespace

AuditLine read_audit_line(const char* line, size_t length, char* room) {
  AuditLine found;
  Scanner scanner(std::string_view(line, length), room);
  scanner.expect('{');
  bool first = true;
  while (scanner.good() && !scanner.take('}')) {
    if (!first) scanner.expect(',');
    first = false;
    const std::string_view key = scanner.string();
    scanner.expect(':');
    if (!scanner.good()) break;
    if (const char** place = place_for(found, key)) {
      *place = scanner.string();
    } else if (key == "allow") {
      found.allow = scanner.first_string();
    } else {
      scanner.skip(1);
    }
  }
  return scanner.good() && scanner.at_end() ? found : AuditLine();
}

}  // namespace sbxc::c
