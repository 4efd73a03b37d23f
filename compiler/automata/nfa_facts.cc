#include "compiler/automata/nfa_facts.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace sbxc::automata {

NfaFacts::NfaFacts(const Nfa& nfa, const ByteClasses& domain_classes) {
  find_classes(nfa, domain_classes);
  find_closures(nfa);
  find_edges(nfa);
  find_reach(nfa);
}

void NfaFacts::find_classes(const Nfa& nfa, const ByteClasses& domain_classes) {
  classes_ = domain_classes;
  std::unordered_set<Bytes> seen;
  for (const Nfa::State& state : nfa.states()) {
    for (const Nfa::Edge& edge : state.edges) {
      if (!seen.insert(edge.bytes).second || classes_.count == 256) continue;
      ByteClasses two;
      two.count = 2;
      for (size_t i = 0; i < 256; ++i) two.of[i] = edge.bytes[i] ? 1 : 0;
      classes_ = ByteClasses::refine(classes_, two);
    }
  }
}

void NfaFacts::find_closures(const Nfa& nfa) {
  const size_t count = nfa.states().size();
  closure_.resize(count);
  std::vector<uint32_t> stamp(count, 0);
  std::vector<NfaState> pending;
  for (uint32_t from = 0; from < count; ++from) {
    const uint32_t now = from + 1;
    pending.assign(1, static_cast<NfaState>(from));
    stamp[from] = now;
    while (!pending.empty()) {
      const NfaState at = pending.back();
      pending.pop_back();
      const Nfa::State& state = nfa.state(at);
      if (!state.edges.empty() || !state.marks.empty()) closure_[from].push_back(at);
      for (const NfaState to : state.epsilon) {
        if (stamp[index(to)] == now) continue;
        stamp[index(to)] = now;
        pending.push_back(to);
      }
    }
  }
}

void NfaFacts::find_edges(const Nfa& nfa) {
  const size_t count = nfa.states().size();
  narrow_.resize(count);
  wide_.resize(count);
  universal_.resize(count, false);
  const std::vector<uint8_t> sample = classes_.representatives();
  for (size_t from = 0; from < count; ++from) {
    const Nfa::State& state = nfa.states()[from];
    for (const Nfa::Edge& edge : state.edges) {
      std::vector<bool> on(classes_.count);
      for (size_t c = 0; c < classes_.count; ++c) on[c] = edge.bytes[sample[c]];
      const auto width = static_cast<size_t>(std::count(on.begin(), on.end(), true));
      if (width * 2 > classes_.count) {
        const bool everywhere = width == classes_.count;
        if (everywhere && index(edge.to) == from) universal_[from] = !state.marks.empty();
        wide_[from].push_back({std::move(on), everywhere, edge.to});
        continue;
      }
      for (size_t c = 0; c < classes_.count; ++c) {
        if (on[c]) narrow_[from].push_back({static_cast<uint8_t>(c), edge.to});
      }
    }
  }
}

void NfaFacts::find_reach(const Nfa& nfa) {
  const size_t count = nfa.states().size();
  std::vector<std::vector<NfaState>> before(count);
  std::map<Mark, std::vector<NfaState>> marked;
  for (uint32_t from = 0; from < count; ++from) {
    const auto id = static_cast<NfaState>(from);
    const Nfa::State& state = nfa.state(id);
    for (const Nfa::Edge& edge : state.edges) before[index(edge.to)].push_back(id);
    for (const NfaState to : state.epsilon) before[index(to)].push_back(id);
    for (const Mark mark : state.marks) marked[mark].push_back(id);
  }
  std::vector<std::vector<Mark>> sets(count);  // sorted, for marks are taken in order
  std::vector<uint32_t> stamp(count, 0);
  uint32_t now = 0;
  for (auto& [mark, pending] : marked) {
    ++now;
    for (const NfaState state : pending) stamp[index(state)] = now;
    while (!pending.empty()) {
      const NfaState at = pending.back();
      pending.pop_back();
      if (sets[index(at)].empty() || sets[index(at)].back() != mark)
        sets[index(at)].push_back(mark);
      for (const NfaState from : before[index(at)]) {
        if (stamp[index(from)] == now) continue;
        stamp[index(from)] = now;
        pending.push_back(from);
      }
    }
  }
  std::map<std::vector<Mark>, ReachId> ids;
  reach_.resize(count);
  for (size_t i = 0; i < count; ++i) {
    const auto [at, is_new] = ids.try_emplace(sets[i], static_cast<ReachId>(reach_sets_.size()));
    if (is_new) reach_sets_.push_back(sets[i]);
    reach_[i] = at->second;
  }
}

}  // namespace sbxc::automata
