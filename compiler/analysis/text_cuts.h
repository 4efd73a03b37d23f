// Taking items out of comma-separated lists, and statements off their lines, without a parser: the
// places are known, and only blanks and commas around them are looked at.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/source.h"

namespace sbxc {

class TextCuts {
 public:
  explicit TextCuts(std::string_view text) : text_(text), gone_(text.size(), false) {}

  // A pattern with the comma beside it, or the `except` before it if it was the only exception.
  // False, with nothing cut, where something else stands there.
  bool cut_item(Span span);
  // With the line, where nothing else stands on it.
  void cut_statement(Span span);
  std::string rest() const;

 private:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  void erase(size_t begin, size_t end);
  // The next (or last) byte that is left and no blank, from `at` on (or before `at`).
  size_t visible_from(size_t at) const;
  size_t visible_before(size_t at) const;

  std::string_view text_;
  std::vector<bool> gone_;
};

}  // namespace sbxc
