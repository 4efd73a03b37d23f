// A tape of bytes that decides every choice, and the layout of random policies: line ends, blanks,
// comments. When the tape is at its end every choice is the first.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sbxc {

class RandomLayout {
 protected:
  explicit RandomLayout(std::span<const uint8_t> tape) : tape_(tape) {}

  bool at_end() const { return at_ >= tape_.size(); }
  size_t pick(size_t choices) {
    if (at_ >= tape_.size()) return 0;
    return tape_[at_++] % choices;
  }
  bool chance(size_t in) { return pick(in) == in - 1; }
  template <size_t N>
  void add_one_of(const std::array<std::string_view, N>& choices) {
    out_ += choices[pick(N)];
  }

  void comment() {
    add_one_of<5>({"#", "# a comment", "#\t\xC3\xBC { \" , ", "# allow read /a,  ", "##"});
  }
  void comment_lines() {
    for (size_t i = pick(3) + 1; i > 0; --i) {
      blank();
      comment();
      out_ += chance(4) ? "\n\n\n" : "\n";
    }
  }
  void end_line() {
    if (chance(4)) {
      blank();
      comment();
    }
    add_one_of<4>({"\n", "\n\n", "\r\n", "\n \t\n\n"});
  }
  void blank() { add_one_of<5>({" ", " ", "  ", "\t", "      "}); }
  void blank_or_none() {
    if (!chance(4)) blank();
  }
  // Where a list goes on.
  void gap() {
    blank_or_none();
    if (!chance(3)) return;
    if (chance(3)) {
      blank();
      comment();
    }
    out_ += '\n';
    if (chance(4)) comment_lines();
    blank_or_none();
  }

  std::string out_;

 private:
  std::span<const uint8_t> tape_;
  size_t at_ = 0;
};

}  // namespace sbxc
