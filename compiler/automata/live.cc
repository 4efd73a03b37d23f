// Backwards from the wanted states over the reversed edges, which lie one state's behind another's.
#include "compiler/automata/live.h"

namespace sbxc::automata {

namespace {

// A run of classes with one target is one edge here, and a state's way to itself none.
template <typename Use>
void for_each_edge(const Dfa& dfa, const Use& use) {
  const uint32_t classes = dfa.classes().count;
  for (uint32_t from = 0; from < dfa.size(); ++from) {
    uint32_t last = from;
    for (uint32_t c = 0; c < classes; ++c) {
      const auto to = static_cast<uint32_t>(dfa.by_class(State(from), c));
      if (to != last && to != from) use(from, to);
      last = to;
    }
  }
}

}  // namespace

std::vector<bool> live_states(const Dfa& dfa, const Wanted& wanted) {
  return StepsBack(dfa).live(wanted);
}

StepsBack::StepsBack(const Dfa& dfa) : dfa_(dfa), begin_(dfa.size() + 2, 0) {
  for_each_edge(dfa, [&](uint32_t, uint32_t to) { ++begin_[to + 2]; });
  for (size_t i = 2; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
  before_.resize(begin_.back());
  for_each_edge(dfa, [&](uint32_t from, uint32_t to) { before_[begin_[to + 1]++] = from; });
}

std::vector<bool> StepsBack::live(const Wanted& wanted) const {
  return live(std::vector<bool>(dfa_.size(), false), wanted);
}

std::vector<bool> StepsBack::live(std::vector<bool> live, const Wanted& wanted) const {
  std::vector<uint32_t> open;
  for (uint32_t state = 0; state < dfa_.size(); ++state) {
    if (live[state] || !wanted(dfa_.label(State(state)))) continue;
    live[state] = true;
    open.push_back(state);
  }
  while (!open.empty()) {
    const uint32_t at = open.back();
    open.pop_back();
    for (uint32_t i = begin_[at]; i < begin_[at + 1]; ++i) {
      if (live[before_[i]]) continue;
      live[before_[i]] = true;
      open.push_back(before_[i]);
    }
  }
  return live;
}

}  // namespace sbxc::automata
