// The languages of all patterns that are to be compared, collected in one automaton before a
// PathSpace is made of it. Everybody who adds some has marks of its own.
#pragma once

#include "compiler/decisions/path_language.h"

namespace sbxc::paths {

struct Marks {  // first, first + 1 … first + count - 1
  uint32_t first = 0;
  uint32_t count = 0;

  automata::Mark operator[](uint32_t i) const { return automata::Mark{first + i}; }
  bool holds(automata::Mark mark) const {
    return static_cast<uint32_t>(mark) - first < count;  // wraps below `first`
  }
};

struct Languages {
  Languages() = default;
  Languages(const Languages&) = delete;
  Languages& operator=(const Languages&) = delete;

  automata::Nfa nfa;
  // Patterns as they are written, whoever adds them: what they have in common is there once.
  GlobLanguage patterns{nfa};
  automata::NfaState patterns_start = nfa.starts().back();
  uint32_t marks = 0;

  Marks reserve(uint32_t count) {
    marks += count;
    return {marks - count, count};
  }
};

}  // namespace sbxc::paths
