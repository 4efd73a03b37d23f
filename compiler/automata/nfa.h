// A nondeterministic automaton over bytes. An accepting state carries marks: whatever the caller
// wants to know about a word (which rule's patterns hold it, which rule's exceptions, which
// filter). Nothing here knows what a mark means; determinise.h folds the marks of a word into a
// label.
#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sbxc::automata {

using Bytes = std::bitset<256>;  // one edge's set of bytes

enum class Mark : uint32_t {};
enum class NfaState : uint32_t {};
// Who added a state: a rule, for the message when automata grow too large.
enum class Origin : uint32_t {};

class Nfa {
 public:
  struct Edge {
    Bytes bytes;
    NfaState to{};
  };
  struct State {
    std::vector<Edge> edges{};
    std::vector<NfaState> epsilon{};
    std::vector<Mark> marks{};
    Origin origin{};
  };

  // Of all states that are added from here on.
  void set_origin(Origin origin) { origin_ = origin; }
  NfaState add_state();
  void add_edge(NfaState from, const Bytes& bytes, NfaState to);
  void add_epsilon(NfaState from, NfaState to);
  // A chain of states for `word`; the state behind its last byte.
  NfaState add_word(NfaState from, std::string_view word);
  void add_mark(NfaState state, Mark mark);
  void add_start(NfaState state);

  const std::vector<State>& states() const { return states_; }
  const State& state(NfaState id) const { return states_[static_cast<size_t>(id)]; }
  const std::vector<NfaState>& starts() const { return starts_; }

 private:
  std::vector<State> states_;
  std::vector<NfaState> starts_;
  Origin origin_{};
};

Bytes all_bytes();
Bytes byte(char c);
Bytes all_but(std::string_view bytes);

}  // namespace sbxc::automata
