// Counts words by length: for every state, how many words of exactly n bytes lead to it. The counts
// are doubles under one common power of two, which is moved out whenever they grow large, so that
// any length fits. States from which nothing wanted can be reached are left out, and byte classes
// that lead to one state are one edge with a weight.
//
// What it leaves out: words longer than the given length. A language with `*` in it has no end; the
// bound makes two such languages comparable, and the difference of two counts is what is told.
#include "compiler/automata/count.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/automata/live.h"

namespace sbxc::automata {

namespace {

struct Weighted {
  size_t to;
  double bytes;
};

std::vector<std::vector<Weighted>> weighted_edges(const Dfa& dfa, const std::vector<bool>& live) {
  std::vector<double> sizes(dfa.classes().count, 0);
  for (const uint8_t byte_class : dfa.classes().of) sizes[byte_class] += 1;
  std::vector<std::vector<Weighted>> edges(dfa.size());
  for (size_t from = 0; from < dfa.size(); ++from) {
    if (!live[from]) continue;
    std::vector<Weighted>& out = edges[from];
    for (uint32_t c = 0; c < dfa.classes().count; ++c) {
      const auto to = static_cast<size_t>(dfa.by_class(State(static_cast<uint32_t>(from)), c));
      if (!live[to]) continue;
      const auto same =
          std::find_if(out.begin(), out.end(), [&](const Weighted& edge) { return edge.to == to; });
      if (same == out.end()) {
        out.push_back({to, sizes[c]});
      } else {
        same->bytes += sizes[c];
      }
    }
  }
  return edges;
}

// log2 of 2^a + 2^b.
double log2_sum(double a, double b) {
  if (std::isinf(a)) return b;
  if (std::isinf(b)) return a;
  const double high = std::max(a, b);
  return high + std::log2(1 + std::exp2(std::min(a, b) - high));
}

}  // namespace

double log2_words(const Dfa& dfa, const Wanted& wanted, size_t length) {
  constexpr double kNone = -std::numeric_limits<double>::infinity();
  constexpr double kLarge = 0x1p500;
  const std::vector<bool> live = live_states(dfa, wanted);
  if (!live[static_cast<size_t>(dfa.start())]) return kNone;
  const auto edges = weighted_edges(dfa, live);
  std::vector<bool> accepts(dfa.size());
  for (size_t i = 0; i < dfa.size(); ++i) {
    accepts[i] = live[i] && wanted(dfa.label(State(static_cast<uint32_t>(i))));
  }

  std::vector<double> reach(dfa.size(), 0);
  reach[static_cast<size_t>(dfa.start())] = 1;
  double moved_out = 0;  // the counts are 2^moved_out times what stands in `reach`
  double total = kNone;
  for (size_t n = 0;; ++n) {
    double here = 0;
    for (size_t i = 0; i < reach.size(); ++i) here += accepts[i] ? reach[i] : 0;
    if (here > 0) total = log2_sum(total, std::log2(here) + moved_out);
    if (n == length) return total;
    std::vector<double> next(dfa.size(), 0);
    for (size_t i = 0; i < reach.size(); ++i) {
      if (reach[i] == 0) continue;
      for (const Weighted& edge : edges[i]) next[edge.to] += reach[i] * edge.bytes;
    }
    reach = std::move(next);
    if (*std::max_element(reach.begin(), reach.end()) > kLarge) {
      for (double& count : reach) count /= kLarge;
      moved_out += 500;
    }
  }
}

}  // namespace sbxc::automata
