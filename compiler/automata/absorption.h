// What a set of NFA states may forget. Members that can add nothing to what others have for good
// are dropped (the law r | .* = .*: `/a/**/NAME/**` beside `/a/**`), and all of them where nothing
// that any of them can still reach would change the label (denials where nothing is allowed).
#pragma once

#include <map>
#include <vector>

#include "compiler/automata/determinise.h"
#include "compiler/automata/nfa_facts.h"

namespace sbxc::automata {

using Members = std::vector<NfaState>;  // sorted, each once

class Absorption {
 public:
  // All three outlive this.
  Absorption(const NfaFacts& facts, const Nfa& nfa, const Folding& folding);

  void apply(Members& members);

 private:
  enum class Known : uint8_t { no_answer, no, yes };
  // Of members that are universal: the marks they have, without those that the others make
  // irrelevant, which members are needed for that, and what is irrelevant beside them.
  struct Certain {
    std::vector<Mark> have;
    std::vector<bool> adds;       // by place among the universal members
    std::vector<Known> absorbed;  // by ReachId
  };

  Certain& certain_of(const Members& universal);
  std::vector<Mark> marks_for_good(const Members& universal) const;
  bool irrelevant(const std::vector<Mark>& have, Mark mark) const;
  bool is_absorbed(Certain& certain, ReachId reach) const;
  bool is_futile(const Members& members);
  bool is_futile(const std::vector<ReachId>& reaches) const;

  const NfaFacts& facts_;
  const Nfa& nfa_;
  const Folding& folding_;
  std::map<Members, Certain> certain_;
  std::vector<Known> futile_;  // by ReachId
  std::map<std::vector<ReachId>, bool> futile_together_;
  Members universal_;
  std::vector<ReachId> reaches_;
};

}  // namespace sbxc::automata
