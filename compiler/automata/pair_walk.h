// The pairs of states that two automata are in after the same word, in breadth-first order over
// readable bytes: the first pair met by a word of its length is met by the most readable one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/automata/dfa.h"

namespace sbxc::automata {

class PairWalk {
 public:
  struct Pair {
    State a{};
    State b{};
    uint32_t before = 0;  // the pair it was met from
    uint8_t byte = 0;     // and by which byte
  };

  PairWalk(const Dfa& a, const Dfa& b);

  const ByteClasses& classes() const { return classes_; }
  const std::vector<Pair>& pairs() const { return pairs_; }
  // The pairs behind pair `at`, by class of classes(); new ones are added to pairs().
  const std::vector<uint32_t>& step(uint32_t at);
  std::string word_to(uint32_t pair) const;

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  uint32_t find_or_add(const Pair& pair);
  size_t slot_of(const Pair& pair) const;
  void grow();

  const Dfa& a_;
  const Dfa& b_;
  ByteClasses classes_;
  std::vector<uint8_t> sample_;  // a byte of each class
  std::vector<uint32_t> order_;  // classes, readable first
  std::vector<Pair> pairs_;
  std::vector<uint32_t> slots_;  // a hash table of pairs with open addressing
  std::vector<uint32_t> stepped_;
};

}  // namespace sbxc::automata
