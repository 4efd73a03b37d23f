// What the subset construction asks about an NFA again and again, worked out once: byte classes,
// epsilon closures, edges by class, which marks a state can still reach, which it has for good.
#pragma once

#include <span>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/automata/nfa.h"

namespace sbxc::automata {

enum class ReachId : uint32_t {};  // states that can reach the same marks share one

// A list for each state, one behind the other in one array.
template <typename T>
class Lists {
 public:
  std::span<const T> of(NfaState state) const {
    const auto i = static_cast<size_t>(state);
    return {all_.data() + begin_[i], begin_[i + 1] - begin_[i]};
  }
  // Lists are filled in the order of states: add() speaks of the one that next() ends.
  void add(T value) { all_.push_back(std::move(value)); }
  void next() { begin_.push_back(static_cast<uint32_t>(all_.size())); }

 private:
  std::vector<T> all_;
  std::vector<uint32_t> begin_{0};
};

class NfaFacts {
 public:
  struct Narrow {  // an edge on one class
    uint8_t byte_class;
    NfaState to;
  };
  struct Wide {  // an edge on most classes: on those where on(set) says so
    uint32_t set;
    NfaState to;
  };

  NfaFacts(const Nfa& nfa, const ByteClasses& domain_classes);

  const ByteClasses& classes() const { return classes_; }
  // The states reached without a byte that have an edge or a mark, itself included.
  std::span<const NfaState> closure(NfaState state) const { return closure_.of(state); }
  std::span<const Narrow> narrow(NfaState state) const { return narrow_.of(state); }
  std::span<const Wide> wide(NfaState state) const { return wide_.of(state); }
  // By class.
  const std::vector<bool>& on(uint32_t set) const { return wide_sets_[set]; }
  size_t wide_sets() const { return wide_sets_.size(); }

  ReachId reach(NfaState state) const { return reach_[index(state)]; }
  size_t reaches() const { return reach_sets_.size(); }
  std::span<const Mark> reachable_marks(ReachId id) const {
    return reach_sets_[static_cast<size_t>(id)];
  }
  // Whether every continuation of a word that is here has the marks of this state too.
  bool is_universal(NfaState state) const { return universal_[index(state)] != 0; }

 private:
  static size_t index(NfaState state) { return static_cast<size_t>(state); }
  void find_classes(const Nfa& nfa, const ByteClasses& domain_classes);
  void find_closures(const Nfa& nfa);
  void find_edges(const Nfa& nfa);
  void find_reach(const Nfa& nfa);

  ByteClasses classes_;
  Lists<NfaState> closure_;
  Lists<Narrow> narrow_;
  Lists<Wide> wide_;
  std::vector<std::vector<bool>> wide_sets_;
  std::vector<ReachId> reach_;
  std::vector<std::vector<Mark>> reach_sets_;
  std::vector<uint8_t> universal_;
};

}  // namespace sbxc::automata
