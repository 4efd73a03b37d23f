// What the string filters of a profile match, as one nondeterministic automaton: the mark of a
// filter is on every word that it matches. Literals, prefixes and subpaths share a tree; a regular
// expression is searched for, so it may start and stop anywhere unless it says otherwise.
#pragma once

#include <string_view>
#include <unordered_map>

#include "backends/seatbelt/read/filter.h"
#include "compiler/automata/nfa.h"

namespace sbxc::sbpl {

class WordLanguage {
 public:
  explicit WordLanguage(automata::Nfa& nfa);  // which has to outlive this

  // `regex` stands in for the filter's own where it has two readings.
  void add(const TextFilter& filter, const Regex* regex, automata::Mark mark);

 private:
  using State = automata::NfaState;

  void add_regex(const Regex& regex, automata::Mark mark);
  State walk(std::string_view text);
  State anything(automata::Mark mark);  // accepts every rest
  State nothing(automata::Mark mark);   // accepts the end of the word alone

  automata::Nfa& nfa_;
  State start_{};
  std::unordered_map<uint64_t, State> tree_;  // state, byte → state
  std::unordered_map<uint32_t, State> anything_;
  std::unordered_map<uint32_t, State> nothing_;
};

}  // namespace sbxc::sbpl
