// What the patterns of one part of a PathSpace's languages add up to, for every path: the subset
// construction over names instead of bytes, with the same absorption (automata/determinise.h).
#pragma once

#include "backends/seatbelt/verify/path_dfa.h"

namespace sbxc::paths {

struct Part {
  std::vector<automata::NfaState> starts{};
  // Which mark of `folding` a mark of the languages is; none when it plays no part. At most 64.
  std::function<std::optional<automata::Mark>(automata::Mark)> as;
  automata::Folding folding;
};

automata::Bounded<PathDfa> decide_paths(const PathSpace& space, const Part& part,
                                        const automata::Budget& budget);

}  // namespace sbxc::paths
