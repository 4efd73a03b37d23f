// Backwards from the wanted states over the reversed edges.
#include "compiler/automata/live.h"

namespace sbxc::automata {

std::vector<bool> live_states(const Dfa& dfa, const Wanted& wanted) {
  std::vector<std::vector<uint32_t>> before(dfa.size());
  std::vector<bool> live(dfa.size(), false);
  std::vector<uint32_t> open;
  for (uint32_t from = 0; from < dfa.size(); ++from) {
    uint32_t last = from;  // a run of classes with one target is one edge here
    for (uint32_t c = 0; c < dfa.classes().count; ++c) {
      const auto to = static_cast<uint32_t>(dfa.by_class(State(from), c));
      if (to != last) before[to].push_back(from);
      last = to;
    }
    if (wanted(dfa.label(State(from)))) {
      live[from] = true;
      open.push_back(from);
    }
  }
  while (!open.empty()) {
    const uint32_t at = open.back();
    open.pop_back();
    for (const uint32_t from : before[at]) {
      if (live[from]) continue;
      live[from] = true;
      open.push_back(from);
    }
  }
  return live;
}

}  // namespace sbxc::automata
