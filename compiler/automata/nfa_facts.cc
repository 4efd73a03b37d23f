#include "compiler/automata/nfa_facts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace sbxc::automata {

namespace {

// Classes that `bytes` cuts in two become two.
void split(ByteClasses& classes, const Bytes& bytes) {
  std::array<uint32_t, 256> inside{};
  std::array<uint32_t, 256> all{};
  for (size_t i = 0; i < 256; ++i) {
    ++all[classes.of[i]];
    if (bytes[i]) ++inside[classes.of[i]];
  }
  std::array<uint32_t, 256> fresh{};
  for (size_t i = 0; i < 256; ++i) {
    const uint8_t own = classes.of[i];
    if (!bytes[i] || inside[own] == all[own]) continue;
    if (fresh[own] == 0) fresh[own] = classes.count++;
    classes.of[i] = static_cast<uint8_t>(fresh[own]);
  }
}

// Each of `bytes` gets a class of its own.
void split_each(ByteClasses& classes, const Bytes& bytes) {
  std::array<uint32_t, 256> members{};
  for (const uint8_t own : classes.of) ++members[own];
  for (size_t i = 0; i < 256; ++i) {
    const uint8_t own = classes.of[i];
    if (!bytes[i] || members[own] == 1) continue;
    --members[own];
    members[classes.count] = 1;
    classes.of[i] = static_cast<uint8_t>(classes.count++);
  }
}

}  // namespace

NfaFacts::NfaFacts(const Nfa& nfa, const ByteClasses& domain_classes) {
  find_classes(nfa, domain_classes);
  find_closures(nfa);
  find_edges(nfa);
  find_reach(nfa);
}

void NfaFacts::find_classes(const Nfa& nfa, const ByteClasses& domain_classes) {
  classes_ = domain_classes;
  Bytes single;  // nearly all edges are on one byte
  std::unordered_set<Bytes> seen;
  for (const Nfa::State& state : nfa.states()) {
    for (const Nfa::Edge& edge : state.edges) {
      if (edge.bytes.count() == 1) {
        single |= edge.bytes;
      } else if (seen.insert(edge.bytes).second) {
        split(classes_, edge.bytes);
      }
    }
  }
  split_each(classes_, single);
}

void NfaFacts::find_closures(const Nfa& nfa) {
  const size_t count = nfa.states().size();
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
      if (!state.edges.empty() || !state.marks.empty()) closure_.add(at);
      for (const NfaState to : state.epsilon) {
        if (stamp[index(to)] == now) continue;
        stamp[index(to)] = now;
        pending.push_back(to);
      }
    }
    closure_.next();
  }
}

void NfaFacts::find_edges(const Nfa& nfa) {
  struct On {
    std::vector<uint8_t> narrow;   // the classes of a narrow edge
    std::optional<uint32_t> wide;  // the set of a wide one
    bool everywhere = false;
  };
  const size_t count = nfa.states().size();
  universal_.resize(count, 0);
  const std::vector<uint8_t> sample = classes_.representatives();
  std::map<std::vector<bool>, uint32_t> wide;
  const auto on = [&](const Bytes& bytes) {
    On edge;
    for (size_t c = 0; c < classes_.count; ++c) {
      if (bytes[sample[c]]) edge.narrow.push_back(static_cast<uint8_t>(c));
    }
    edge.everywhere = edge.narrow.size() == classes_.count;
    if (edge.narrow.size() * 2 <= classes_.count) return edge;
    std::vector<bool> set(classes_.count, false);
    for (const uint8_t c : edge.narrow) set[c] = true;
    edge.narrow.clear();
    const auto [at, fresh] = wide.try_emplace(set, static_cast<uint32_t>(wide_sets_.size()));
    if (fresh) wide_sets_.push_back(std::move(set));
    edge.wide = at->second;
    return edge;
  };
  std::unordered_map<Bytes, On> known;
  for (size_t from = 0; from < count; ++from) {
    const Nfa::State& state = nfa.states()[from];
    for (const Nfa::Edge& edge : state.edges) {
      auto at = known.find(edge.bytes);
      if (at == known.end()) at = known.emplace(edge.bytes, on(edge.bytes)).first;
      const On& classes = at->second;
      if (classes.everywhere && index(edge.to) == from) {
        universal_[from] = state.marks.empty() ? 0 : 1;
      }
      for (const uint8_t c : classes.narrow) narrow_.add({c, edge.to});
      if (classes.wide) wide_.add({*classes.wide, edge.to});
    }
    narrow_.next();
    wide_.next();
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
