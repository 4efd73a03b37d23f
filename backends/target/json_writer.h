// Writes JSON as it comes, without a tree of it in memory: the artifacts have thousands of small
// values, and building a tree of them took a third of a compilation. What is laid out in lines has
// each element on a line of its own; everything else is compact. So the rows of a table are one
// line each: diffs stay small, and a person can read it.
//
// It does not look for keys that come twice, and reads nothing: tests read with another library.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbxc {

enum class JsonLayout : uint8_t { compact, lines };

class JsonWriter {
 public:
  // Starts with an open object in lines.
  JsonWriter();

  JsonWriter& key(std::string_view name);
  void object(JsonLayout layout = JsonLayout::compact) { open('{', layout); }
  void list(JsonLayout layout = JsonLayout::compact) { open('[', layout); }
  void close();  // the innermost of those that are open

  // Policies and paths are bytes and JSON is UTF-8: a byte that is not is replaced by U+FFFD.
  void text(std::string_view value);
  void boolean(bool value);
  void number(std::unsigned_integral auto value) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    element();
    out_.append(digits, end);
  }

  void table(std::string_view name) { key(name).list(JsonLayout::lines); }
  void member(std::string_view name, std::string_view value) { key(name).text(value); }
  void member(std::string_view name, std::same_as<bool> auto value) { key(name).boolean(value); }
  void member(std::string_view name,
              std::unsigned_integral auto value) requires(!std::same_as<decltype(value), bool>) {
    key(name).number(value);
  }

  // An element that is written already, in this format.
  void written(std::string_view json);

  // Closes what is open. Ends with a newline.
  std::string finish() &&;

 private:
  struct Level {
    char closing;
    JsonLayout layout;
    bool empty = true;
  };

  void open(char bracket, JsonLayout layout);
  void element();
  void separate();
  void quote(std::string_view value);

  std::string out_;
  std::vector<Level> open_;
  bool after_key_ = false;
};

}  // namespace sbxc
