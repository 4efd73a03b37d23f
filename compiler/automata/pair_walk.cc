#include "compiler/automata/pair_walk.h"

#include <algorithm>

namespace sbxc::automata {

PairWalk::PairWalk(const Dfa& a, const Dfa& b)
    : a_(a),
      b_(b),
      classes_(ByteClasses::refine(a.classes(), b.classes())),
      sample_(classes_.representatives()) {
  for (uint32_t c = 0; c < classes_.count; ++c) order_.push_back(c);
  std::sort(order_.begin(), order_.end(), [&](uint32_t one, uint32_t other) {
    return readability(sample_[one]) < readability(sample_[other]);
  });
  stepped_.resize(classes_.count);
  find_or_add({a.start(), b.start()});
}

uint32_t PairWalk::find_or_add(const Pair& pair) {
  const uint64_t key = static_cast<uint64_t>(pair.a) << 32 | static_cast<uint64_t>(pair.b);
  const auto [at, is_new] = known_.try_emplace(key, static_cast<uint32_t>(pairs_.size()));
  if (is_new) pairs_.push_back(pair);
  return at->second;
}

const std::vector<uint32_t>& PairWalk::step(uint32_t at) {
  const Pair from = pairs_[at];
  for (const uint32_t c : order_) {
    const uint8_t byte = sample_[c];
    stepped_[c] = find_or_add({a_.step(from.a, byte), b_.step(from.b, byte), at, byte});
  }
  return stepped_;
}

std::string PairWalk::word_to(uint32_t pair) const {
  std::string word;
  for (; pair != 0; pair = pairs_[pair].before) word += static_cast<char>(pairs_[pair].byte);
  std::reverse(word.begin(), word.end());
  return word;
}

}  // namespace sbxc::automata
