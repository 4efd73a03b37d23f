// A word is a string of 32 bits, and a test of it an automaton that reads them from the highest:
// `equal` waits for a bit that differs, `greater` for the first that differs, `any_bit` for one
// that both have. Each has three states at most (yes, no, not yet), so all tests together are a
// product of small automata. It is walked level by level with equal states merged; what is left
// after the last bit are the outcomes that some word has, every one of them, each with a word. That
// is the proof that the cells cover everything: no outcome is guessed, none is left out.
//
// Plain comparisons (no mask) are hundreds when the word is a call's number. Together they only cut
// the words at some points, so they are one component: the interval, once the bits so far decide
// it.
#include "backends/seccomp/read/word_cells.h"

#include <algorithm>
#include <map>

namespace sbxc::bpf {

namespace {

constexpr uint32_t kAllBits = ~uint32_t{0};

enum class State : uint8_t { not_yet, yes, no };

bool is_plain(const WordTest& test) {
  return test.mask == kAllBits && test.flip == 0 && test.comparison != Comparison::any_bit;
}

// The words at which the outcome of a plain test changes. INVARIANT: sorted, none zero.
std::vector<uint32_t> cuts_of(const std::vector<WordTest>& tests) {
  std::vector<uint32_t> cuts;
  for (const WordTest& test : tests) {
    if (!is_plain(test)) continue;
    if (test.comparison != Comparison::greater && test.constant != 0) cuts.push_back(test.constant);
    if (test.comparison != Comparison::not_less && test.constant != kAllBits) {
      cuts.push_back(test.constant + 1);
    }
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  return cuts;
}

State step(const WordTest& test, State state, int bit, bool set) {
  if (state != State::not_yet) return state;
  const auto at = [&](uint32_t word) { return (word >> bit & 1) != 0; };
  const bool own = (set && at(test.mask)) != at(test.flip);
  const bool other = at(test.constant);
  switch (test.comparison) {
    case Comparison::equal:
      return own == other ? State::not_yet : State::no;
    case Comparison::greater:
    case Comparison::not_less:
      if (own == other) return State::not_yet;
      return own ? State::yes : State::no;
    case Comparison::any_bit:
      return own && other ? State::yes : State::not_yet;
  }
  return state;
}

// Where the bits so far leave the plain tests: in one interval between two cuts, or at these bits.
struct Between {
  bool decided;
  uint32_t which;
  auto operator<=>(const Between&) const = default;
};

Between between(const std::vector<uint32_t>& cuts, uint32_t word, int bits_left) {
  const uint32_t open = bits_left == 0 ? 0 : kAllBits >> (32 - bits_left);
  const auto after = std::upper_bound(cuts.begin(), cuts.end(), word);
  if (after == cuts.end() || *after > (word | open)) {
    return {true, static_cast<uint32_t>(after - cuts.begin())};
  }
  return {false, word};
}

struct Product {
  Between plain;
  std::vector<State> others;
  auto operator<=>(const Product&) const = default;
};

}  // namespace

std::optional<std::vector<uint32_t>> cells_of(const std::vector<WordTest>& tests, size_t most) {
  const std::vector<uint32_t> cuts = cuts_of(tests);
  std::vector<WordTest> masked;
  std::copy_if(tests.begin(), tests.end(), std::back_inserter(masked),
               [](const WordTest& test) { return !is_plain(test); });
  if (masked.empty()) {
    if (cuts.size() >= most) return std::nullopt;
    std::vector<uint32_t> words{0};
    words.insert(words.end(), cuts.begin(), cuts.end());
    return words;
  }
  std::sort(masked.begin(), masked.end());
  masked.erase(std::unique(masked.begin(), masked.end()), masked.end());
  std::map<Product, uint32_t> level;  // with the smallest word that begins so
  level[{between(cuts, 0, 32), std::vector<State>(masked.size(), State::not_yet)}] = 0;
  for (int bit = 31; bit >= 0; --bit) {
    std::map<Product, uint32_t> next;
    for (const auto& [product, prefix] : level) {
      for (const bool set : {false, true}) {
        const uint32_t word = prefix | (set ? uint32_t{1} << bit : 0);
        Product after{product.plain, product.others};
        if (!after.plain.decided) after.plain = between(cuts, word, bit);
        for (size_t i = 0; i < masked.size(); ++i) {
          after.others[i] = step(masked[i], after.others[i], bit, set);
        }
        next.try_emplace(std::move(after), word);
        if (next.size() > most) return std::nullopt;
      }
    }
    level = std::move(next);
  }
  std::vector<uint32_t> words;
  words.reserve(level.size());
  for (const auto& [product, word] : level) words.push_back(word);
  std::sort(words.begin(), words.end());
  return words;
}

}  // namespace sbxc::bpf
