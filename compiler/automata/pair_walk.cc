#include "compiler/automata/pair_walk.h"

#include <algorithm>

namespace sbxc::automata {

PairWalk::PairWalk(const Dfa& a, const Dfa& b)
    : a_(a),
      b_(b),
      classes_(ByteClasses::refine(a.classes(), b.classes())),
      sample_(classes_.representatives()),
      slots_(256, kNone) {
  for (uint32_t c = 0; c < classes_.count; ++c) order_.push_back(c);
  std::sort(order_.begin(), order_.end(), [&](uint32_t one, uint32_t other) {
    return readability(sample_[one]) < readability(sample_[other]);
  });
  stepped_.resize(classes_.count);
  find_or_add({a.start(), b.start()});
}

// Where the pair is, or where it belongs.
size_t PairWalk::slot_of(const Pair& pair) const {
  const uint64_t key = static_cast<uint64_t>(pair.a) << 32 | static_cast<uint64_t>(pair.b);
  uint64_t hash = key * 0x9E3779B97F4A7C15ULL;
  hash ^= hash >> 32;
  size_t slot = hash & (slots_.size() - 1);
  while (slots_[slot] != kNone) {
    const Pair& known = pairs_[slots_[slot]];
    if (known.a == pair.a && known.b == pair.b) break;
    slot = (slot + 1) & (slots_.size() - 1);
  }
  return slot;
}

uint32_t PairWalk::find_or_add(const Pair& pair) {
  const size_t slot = slot_of(pair);
  if (slots_[slot] != kNone) return slots_[slot];
  const auto id = static_cast<uint32_t>(pairs_.size());
  slots_[slot] = id;
  pairs_.push_back(pair);
  if (pairs_.size() * 2 > slots_.size()) grow();
  return id;
}

void PairWalk::grow() {
  slots_.assign(slots_.size() * 4, kNone);
  for (uint32_t id = 0; id < pairs_.size(); ++id) slots_[slot_of(pairs_[id])] = id;
}

const std::vector<uint32_t>& PairWalk::step(uint32_t at) {
  const Pair from = pairs_[at];
  uint32_t last = at;  // neighbours often lead to one pair
  for (const uint32_t c : order_) {
    const uint8_t byte = sample_[c];
    const Pair to{a_.step(from.a, byte), b_.step(from.b, byte), at, byte};
    if (pairs_[last].a != to.a || pairs_[last].b != to.b) last = find_or_add(to);
    stepped_[c] = last;
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
