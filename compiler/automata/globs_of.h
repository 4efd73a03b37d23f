// What is this set, as globs a person would write. Works on a language of canonical paths (or of
// names without `/`): looks for subtrees, literal directories, `*.ext` names and runs of components
// in the automaton, and turns the rest into `at least` a few globs.
#pragma once

#include <string>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/automata/witness.h"

namespace sbxc::automata {

struct GlobPart {
  std::vector<std::string> globs;
  std::vector<std::string> except;
  bool operator==(const GlobPart&) const = default;
};

struct GlobSet {
  // Each in the policy language's spelling. The union of `globs` minus the union of `except` is a
  // subset of the language, and the whole of it, with `also`, when `complete`.
  std::vector<std::string> globs;
  std::vector<std::string> except;
  // What one list of exceptions cannot say: `/w/**` except `/w/.git/**`, and also `/w/.git/config`.
  std::vector<GlobPart> also{};
  bool complete = true;  // proved: an automaton made of the globs is the language
};

inline constexpr size_t kMaxGlobs = 12;

// In all of these no list is longer than `at_most`, nor are all globs together.
GlobSet path_globs_of(const Dfa& dfa, const Wanted& wanted, size_t at_most = kMaxGlobs);
GlobSet name_globs_of(const Dfa& dfa, const Wanted& wanted, size_t at_most = kMaxGlobs);
// Paths, and `@name` globs of abstract sockets.
GlobSet socket_globs_of(const Dfa& dfa, const Wanted& wanted, size_t at_most = kMaxGlobs);

// "`/w/**` except `/w/.git/**`, and `/w/.git/config`"; "at least …" when not complete.
std::string in_words(const GlobSet& set);

}  // namespace sbxc::automata
