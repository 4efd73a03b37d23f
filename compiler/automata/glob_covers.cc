// The smaller glob is matched like a text whose letters are bytes, sets of bytes and runs. A run of
// the bigger one takes any letters; a run of the smaller one is taken by a run alone.
#include "compiler/automata/glob_covers.h"

#include <algorithm>
#include <vector>

namespace sbxc::automata {

namespace {

struct Letter {
  bool run = false;
  Bytes bytes{};
};

const std::string* as_text(const GlobAtom& atom) { return std::get_if<std::string>(&atom); }

// A no that is seen without looking at every letter: one of the two ends is text in both, and
// differs.
bool ends_differ(const NameGlob& big, const NameGlob& small) {
  if (big.atoms.empty() || small.atoms.empty()) return false;
  const std::string* front = as_text(big.atoms.front());
  const std::string* other = as_text(small.atoms.front());
  if (front && other) {
    const size_t common = std::min(front->size(), other->size());
    if (front->compare(0, common, *other, 0, common) != 0) return true;
  }
  const std::string* back = as_text(big.atoms.back());
  other = as_text(small.atoms.back());
  return back && other && back->back() != other->back();
}

std::vector<Letter> letters(const NameGlob& name) {
  std::vector<Letter> all;
  for (const GlobAtom& atom : name.atoms) {
    if (const auto* text = std::get_if<std::string>(&atom)) {
      for (const char c : *text) all.push_back({.bytes = byte(c)});
    } else if (const auto* set = std::get_if<Bytes>(&atom)) {
      all.push_back({.bytes = *set});
    } else {
      all.push_back({.run = true});
    }
  }
  return all;
}

template <typename Sequence, typename IsRun, typename Fits>
bool matches(const Sequence& big, const Sequence& small, const IsRun& is_run, const Fits& fits) {
  // reached[i]: the first i of `big` can take what was read of `small`.
  std::vector<bool> reached(big.size() + 1, false);
  const auto skip_runs = [&] {
    for (size_t i = 0; i < big.size(); ++i) {
      if (reached[i] && is_run(big[i])) reached[i + 1] = true;
    }
  };
  reached[0] = true;
  skip_runs();
  for (const auto& letter : small) {
    std::vector<bool> next(big.size() + 1, false);
    for (size_t i = 0; i < big.size(); ++i) {
      if (!reached[i]) continue;
      if (is_run(big[i])) {
        next[i] = true;
      } else if (!is_run(letter) && fits(big[i], letter)) {
        next[i + 1] = true;
      }
    }
    reached = std::move(next);
    skip_runs();
  }
  return reached[big.size()];
}

}  // namespace

bool covers(const NameGlob& big, const NameGlob& small, GlobKind kind) {
  // `*` alone takes every name there is, and a name is not empty.
  if (big.atoms.size() == 1 && big.ends_in_run()) return true;
  if (small.atoms.size() == 1 && small.ends_in_run()) {
    const NameGlob not_empty{{name_bytes(kind), AnyRun{}}};
    return covers(big, not_empty, kind);
  }
  if (big.atoms.size() == 1 && as_text(big.atoms.front())) return big == small;
  if (ends_differ(big, small)) return false;
  return matches(
      letters(big), letters(small), [](const Letter& letter) { return letter.run; },
      [](const Letter& b, const Letter& s) { return (s.bytes & ~b.bytes).none(); });
}

bool covers(const Glob& big, const Glob& small) {
  return matches(
      big.components, small.components, [](const auto& component) { return !component; },
      [&](const auto& b, const auto& s) { return covers(*b, *s, big.kind); });
}

}  // namespace sbxc::automata
