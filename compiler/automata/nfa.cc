#include "compiler/automata/nfa.h"

namespace sbxc::automata {

NfaState Nfa::add_state() {
  states_.push_back({.origin = origin_});
  return static_cast<NfaState>(states_.size() - 1);
}

void Nfa::add_edge(NfaState from, const Bytes& bytes, NfaState to) {
  if (bytes.any()) states_[static_cast<size_t>(from)].edges.push_back({bytes, to});
}

void Nfa::add_epsilon(NfaState from, NfaState to) {
  states_[static_cast<size_t>(from)].epsilon.push_back(to);
}

NfaState Nfa::add_word(NfaState from, std::string_view word) {
  for (const char c : word) {
    const NfaState to = add_state();
    add_edge(from, byte(c), to);
    from = to;
  }
  return from;
}

void Nfa::add_mark(NfaState state, Mark mark) {
  states_[static_cast<size_t>(state)].marks.push_back(mark);
}

void Nfa::add_start(NfaState state) { starts_.push_back(state); }

Bytes all_bytes() { return Bytes().set(); }

Bytes byte(char c) { return Bytes().set(static_cast<uint8_t>(c)); }

Bytes all_but(std::string_view bytes) {
  Bytes set = all_bytes();
  for (const char c : bytes) set.reset(static_cast<uint8_t>(c));
  return set;
}

}  // namespace sbxc::automata
