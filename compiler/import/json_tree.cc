// The tree is built from nlohmann's events. They carry no positions, so the text is handed over
// through an iterator that counts, and a token's start is found by passing over what may stand
// between two tokens. INVARIANT: at an event the counter is at the end of its token, for a number
// perhaps one byte further.
#include "compiler/import/json_tree.h"

#include <fmt/core.h>

#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "compiler/diag/printable.h"

namespace sbxc::import {

namespace {

struct CountingIterator {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at;
  size_t* consumed;

  reference operator*() const { return *at; }
  CountingIterator& operator++() {
    ++at;
    ++*consumed;
    return *this;
  }
  CountingIterator operator++(int) {
    const CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at == other.at; }
  bool operator!=(const CountingIterator& other) const { return at != other.at; }
};

class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  TreeBuilder(FileId file, std::string_view text, const size_t& consumed)
      : file_(file), text_(text), consumed_(consumed) {}

  bool null() override { return add({.kind = JsonValue::Kind::null, .span = word(4)}); }
  bool boolean(bool value) override {
    return add({.kind = JsonValue::Kind::boolean, .span = word(value ? 4 : 5), .boolean = value});
  }
  bool number_integer(number_integer_t value) override {
    return add_number(static_cast<double>(value), true);
  }
  bool number_unsigned(number_unsigned_t value) override {
    return add_number(static_cast<double>(value), true);
  }
  bool number_float(number_float_t value, const string_t&) override {
    return add_number(value, value == std::floor(value));
  }
  bool string(string_t& value) override {
    return add({.kind = JsonValue::Kind::text, .span = quoted(), .text = value});
  }
  bool binary(binary_t&) override { return false; }

  bool start_object(size_t) override { return open(JsonValue::Kind::object); }
  bool start_array(size_t) override { return open(JsonValue::Kind::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    const Span span = quoted();
    if (!keys_.back().insert(name).second) {
      error_ = Diagnostic{.kind = Kind::settings_not_json,
                          .span = span,
                          .message = fmt::format("the key `{}` stands twice", printable(name)),
                          .help = "keep one: readers of JSON disagree on which of them counts"};
      return false;
    }
    JsonValue& member = open_.back()->items.emplace_back();
    member.key = name;
    member.key_span = span;
    return true;
  }

  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception& exception) override {
    // `[json.exception.parse_error.101] parse error at line 1, column 2: what it is`
    std::string_view what = exception.what();
    for (const std::string_view before : {"column ", ": "}) {
      const size_t at = what.find(before);
      if (at != std::string_view::npos) what.remove_prefix(at + before.size());
    }
    const size_t at = std::min(position == 0 ? 0 : position - 1, text_.size());
    error_ = Diagnostic{.kind = Kind::settings_not_json,
                        .span = span(at, std::min(at + 1, text_.size())),
                        .message = fmt::format("the settings are not JSON: {}", printable(what))};
    return false;
  }

  Result<JsonValue> take() {
    if (error_) return tl::unexpected(std::move(*error_));
    return std::move(root_);
  }

 private:
  static bool stands_between(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':' || c == ']' ||
           c == '}';
  }
  Span span(size_t begin, size_t end) const {
    return {file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }
  size_t start() const {
    size_t at = end_;
    if (at == 0 && text_.starts_with("\xEF\xBB\xBF")) at = 3;
    while (at < text_.size() && stands_between(text_[at])) ++at;
    return at;
  }
  Span word(size_t length) {
    const size_t begin = start();
    end_ = begin + length;
    return span(begin, end_);
  }
  Span quoted() {
    const size_t begin = start();
    end_ = consumed_;
    return span(begin, end_);
  }
  bool add_number(double value, bool integral) {
    const size_t begin = start();
    end_ = text_.find_first_not_of("+-.0123456789eE", begin);
    if (end_ == std::string_view::npos) end_ = text_.size();
    return add({.kind = JsonValue::Kind::number,
                .span = span(begin, end_),
                .integral = integral,
                .number = value});
  }
  bool add(JsonValue value) {
    JsonValue& here = place();
    value.key = std::move(here.key);
    value.key_span = here.key_span;
    here = std::move(value);
    return true;
  }
  // Where the next value goes. Pointers into `open_` stay valid: a parent grows only while its last
  // child is closed.
  JsonValue& place() {
    if (open_.empty()) return root_;
    JsonValue& parent = *open_.back();
    if (parent.kind == JsonValue::Kind::object) return parent.items.back();
    return parent.items.emplace_back();
  }
  bool open(JsonValue::Kind kind) {
    const Span bracket = word(1);
    if (open_.size() == kMaxJsonDepth) {
      error_ = Diagnostic{
          .kind = Kind::settings_not_json,
          .span = bracket,
          .message = fmt::format("the settings are nested more than {} deep", kMaxJsonDepth)};
      return false;
    }
    JsonValue& value = place();
    value.kind = kind;
    value.span = bracket;
    open_.push_back(&value);
    keys_.emplace_back();
    return true;
  }
  bool close() {
    open_.pop_back();
    keys_.pop_back();
    end_ = consumed_;
    return true;
  }

  FileId file_;
  std::string_view text_;
  const size_t& consumed_;
  size_t end_ = 0;  // of the last token
  JsonValue root_;
  std::vector<JsonValue*> open_;
  std::vector<std::unordered_set<std::string>> keys_;
  std::optional<Diagnostic> error_;
};

}  // namespace

const JsonValue* JsonValue::find(std::string_view name) const {
  if (kind != Kind::object) return nullptr;
  for (const JsonValue& member : items) {
    if (member.key == name) return &member;
  }
  return nullptr;
}

std::string_view name_of(JsonValue::Kind kind) {
  switch (kind) {
    case JsonValue::Kind::null:
      return "null";
    case JsonValue::Kind::boolean:
      return "true or false";
    case JsonValue::Kind::number:
      return "a number";
    case JsonValue::Kind::text:
      return "a string";
    case JsonValue::Kind::array:
      return "an array";
    case JsonValue::Kind::object:
      return "an object";
  }
  return "";
}

Result<JsonValue> parse_json(const Sources& sources, FileId file) {
  const std::string_view text = sources.text(file);
  size_t consumed = 0;
  TreeBuilder builder(file, text, consumed);
  nlohmann::json::sax_parse(CountingIterator{text.data(), &consumed},
                            CountingIterator{text.data() + text.size(), &consumed}, &builder);
  return builder.take();
}

}  // namespace sbxc::import
