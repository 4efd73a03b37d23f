// What the subset construction asks about an NFA again and again, worked out once: byte classes,
// epsilon closures, edges by class, which marks a state can still reach, which it has for good.
#pragma once

#include <span>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/automata/nfa.h"

namespace sbxc::automata {

enum class ReachId : uint32_t {};  // states that can reach the same marks share one

class NfaFacts {
 public:
  struct Narrow {  // an edge on a few classes
    uint8_t byte_class;
    NfaState to;
  };
  struct Wide {  // an edge on most classes
    std::vector<bool> on;
    bool everywhere;
    NfaState to;
  };

  NfaFacts(const Nfa& nfa, const ByteClasses& domain_classes);

  const ByteClasses& classes() const { return classes_; }
  // The states reached without a byte that have an edge or a mark, itself included.
  std::span<const NfaState> closure(NfaState state) const { return closure_[index(state)]; }
  std::span<const Narrow> narrow(NfaState state) const { return narrow_[index(state)]; }
  std::span<const Wide> wide(NfaState state) const { return wide_[index(state)]; }
  ReachId reach(NfaState state) const { return reach_[index(state)]; }
  std::span<const Mark> reachable_marks(ReachId id) const {
    return reach_sets_[static_cast<size_t>(id)];
  }
  // Whether every continuation of a word that is here has the marks of this state too.
  bool is_universal(NfaState state) const { return universal_[index(state)]; }

 private:
  static size_t index(NfaState state) { return static_cast<size_t>(state); }
  void find_classes(const Nfa& nfa, const ByteClasses& domain_classes);
  void find_closures(const Nfa& nfa);
  void find_edges(const Nfa& nfa);
  void find_reach(const Nfa& nfa);

  ByteClasses classes_;
  std::vector<std::vector<NfaState>> closure_;
  std::vector<std::vector<Narrow>> narrow_;
  std::vector<std::vector<Wide>> wide_;
  std::vector<ReachId> reach_;
  std::vector<std::vector<Mark>> reach_sets_;
  std::vector<bool> universal_;
};

}  // namespace sbxc::automata
