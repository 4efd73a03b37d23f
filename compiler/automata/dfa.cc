#include "compiler/automata/dfa.h"

#include <utility>

namespace sbxc::automata {

namespace {

constexpr uint32_t rank_of(uint8_t byte) {
  constexpr std::string_view kMarks = ".-_/";
  const uint32_t value = byte;
  if (byte >= 'a' && byte <= 'z') return value - 'a';
  if (byte >= 'A' && byte <= 'Z') return 100 + value;
  if (byte >= '0' && byte <= '9') return 200 + value;
  const size_t mark = kMarks.find(static_cast<char>(byte));
  if (mark != std::string_view::npos) return 300 + static_cast<uint32_t>(mark);
  return (byte > ' ' && byte < 0x7F ? 400U : 700U) + value;
}

constexpr auto kRanks = [] {
  std::array<uint32_t, 256> ranks{};
  for (size_t byte = 0; byte < ranks.size(); ++byte)
    ranks[byte] = rank_of(static_cast<uint8_t>(byte));
  return ranks;
}();

}  // namespace

uint32_t readability(uint8_t byte) { return kRanks[byte]; }

ByteClasses ByteClasses::refine(const ByteClasses& a, const ByteClasses& b) {
  ByteClasses both;
  both.count = 0;
  constexpr uint16_t kNew = UINT16_MAX;
  std::vector<uint16_t> seen(size_t{a.count} * b.count, kNew);
  for (size_t i = 0; i < 256; ++i) {
    uint16_t& known = seen[size_t{a.of[i]} * b.count + b.of[i]];
    if (known == kNew) known = static_cast<uint16_t>(both.count++);
    both.of[i] = static_cast<uint8_t>(known);
  }
  return both;
}

std::vector<uint8_t> ByteClasses::representatives() const {
  std::vector<uint8_t> best(count);
  std::vector<bool> have(count, false);
  for (size_t i = 0; i < 256; ++i) {
    const auto candidate = static_cast<uint8_t>(i);
    const uint8_t own = of[i];
    if (have[own] && readability(best[own]) <= readability(candidate)) continue;
    have[own] = true;
    best[own] = candidate;
  }
  return best;
}

Dfa Dfa::constant(Label label) { return {ByteClasses{}, {State{0}}, {label}, State{0}}; }

Dfa::Dfa(ByteClasses classes, std::vector<State> next, std::vector<Label> labels, State start)
    : classes_(classes), next_(std::move(next)), labels_(std::move(labels)), start_(start) {}

Label Dfa::decide(std::string_view word) const {
  State state = start_;
  for (const char c : word) state = step(state, static_cast<uint8_t>(c));
  return label(state);
}

}  // namespace sbxc::automata
