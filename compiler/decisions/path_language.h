// Globs as automata. States are shared along common prefixes, so thousands of literal patterns make
// a tree. A `**` at the end is a state that loops on all bytes, which determinise.h can absorb;
// that accepts words outside the domain (`/a/..`), which nobody asks about.
//
// Left out: domains (automata/domains.h), and what a mark means (rule_marks.h).
#pragma once

#include <unordered_map>
#include <variant>
#include <vector>

#include "compiler/automata/nfa.h"
#include "compiler/pattern/path_glob.h"
#include "compiler/pattern/socket_pattern.h"

namespace sbxc {

class GlobLanguage {
 public:
  // The starts are added to `nfa`, which has to outlive this.
  explicit GlobLanguage(automata::Nfa& nfa);

  void add(const PathGlob& glob, automata::Mark mark);
  void add(const AbstractSocket& socket, automata::Mark mark);
  void add(const NameGlob& glob, automata::Mark mark);  // of `env` and `mach`

  void add(const PathPattern& pattern, automata::Mark mark);
  void add(const SocketPattern& pattern, automata::Mark mark);
  void add(const NamePattern& pattern, automata::Mark mark);

 private:
  using State = automata::NfaState;
  // Where a component of a path may end: behind the last one, and when a `**` follows it, behind
  // any number of further ones.
  struct Boundary {
    State here{};
    std::optional<State> beyond{};
  };
  enum class Within : bool { component, name };  // what `*` matches: bytes without `/`, or any

  uint32_t step_of(const ByteSet& set);
  // The state behind one step from `from`: the known one, or a new one.
  State advance(State from, uint32_t step, const automata::Bytes& bytes);
  State begin_component(const Boundary& from);
  // Entered on `/`, loops on every byte. The one at the end of a pattern goes nowhere else.
  State globstar(State from, uint32_t step);
  State walk(State from, const NameGlob& glob, Within within);

  automata::Nfa& nfa_;
  State start_{};
  std::unordered_map<uint64_t, State> known_;  // from, step → state
  std::vector<ByteSet> sets_;                  // steps beyond single bytes
};

}  // namespace sbxc
