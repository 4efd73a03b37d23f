// A complete deterministic automaton over byte classes. Every state has a label; the label of the
// state that a word ends in is what the automaton says of the word. `kOutside` is said of words
// that are no request at all (a path that is not canonical), and every other label is the caller's.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sbxc::automata {

enum class State : uint32_t {};
enum class Label : uint32_t {};
inline constexpr Label kOutside{0};

// Bytes that no edge tells apart share a class.
struct ByteClasses {
  std::array<uint8_t, 256> of{};  // byte → class
  uint32_t count = 1;             // 1..256

  // The coarsest partition that is finer than both.
  static ByteClasses refine(const ByteClasses& a, const ByteClasses& b);
  // One byte of each class, the most readable one: a letter before a digit before the rest.
  std::vector<uint8_t> representatives() const;
  bool operator==(const ByteClasses&) const = default;
};

class Dfa {
 public:
  // One state that says `label` of every word.
  static Dfa constant(Label label);

  Dfa(ByteClasses classes, std::vector<State> next, std::vector<Label> labels, State start);

  const ByteClasses& classes() const { return classes_; }
  size_t size() const { return labels_.size(); }
  State start() const { return start_; }
  State step(State from, uint8_t byte) const { return by_class(from, classes_.of[byte]); }
  State by_class(State from, uint32_t byte_class) const {
    return next_[static_cast<size_t>(from) * classes_.count + byte_class];
  }
  Label label(State state) const { return labels_[static_cast<size_t>(state)]; }
  Label decide(std::string_view word) const;

  bool operator==(const Dfa&) const = default;

 private:
  ByteClasses classes_;
  std::vector<State> next_;  // state * classes + class
  std::vector<Label> labels_;
  State start_{};
};

// More readable first: lower-case letters, upper-case, digits, then `. - _ /`, then the rest of
// printable ASCII, then all others.
uint32_t readability(uint8_t byte);

}  // namespace sbxc::automata
