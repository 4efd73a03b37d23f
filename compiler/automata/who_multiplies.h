// Whom to blame when automata grow over the budget. A rule that takes many states by itself, such
// as a long list of names, is none of them: its patterns take one state for each of their bytes.
// Rules multiply when sets hold many more combinations of their NFA states than there are such
// states.
#pragma once

#include <map>
#include <span>
#include <utility>
#include <vector>

#include "compiler/automata/nfa.h"

namespace sbxc::automata {

class WhoMultiplies {
 public:
  explicit WhoMultiplies(const Nfa& nfa);

  void add(std::span<const NfaState> members);
  // The two origins; twice the same where one does so alone.
  std::pair<Origin, Origin> multiply() const;

 private:
  using Form = size_t;  // a hash of an origin's members of one set

  std::vector<Origin> candidates() const;

  const Nfa& nfa_;
  std::map<Origin, size_t> own_states_;
  std::vector<std::vector<std::pair<Origin, Form>>> sets_;  // sorted by origin
};

}  // namespace sbxc::automata
