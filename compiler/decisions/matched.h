// What matches_of (request_sets.h) says of requests: two labels, and sets made of two such sets.
// The functions are labels for `join`.
#pragma once

#include "compiler/decisions/rule_marks.h"

namespace sbxc {

inline constexpr automata::Label kMatched = label_of(Effect::allow);
inline constexpr automata::Label kUnmatched = label_of(Effect::deny);

inline bool is_matched(automata::Label label) { return label == kMatched; }

inline automata::Label matched_by_both(automata::Label one, automata::Label other) {
  if (one == automata::kOutside) return automata::kOutside;
  return is_matched(one) && is_matched(other) ? kMatched : kUnmatched;
}
inline automata::Label matched_without(automata::Label left, automata::Label taken) {
  if (left == automata::kOutside) return automata::kOutside;
  return is_matched(left) && !is_matched(taken) ? kMatched : kUnmatched;
}

}  // namespace sbxc
