// Keeping a denied path in its rule (law 8). A rule speaks of names; `mv` of a directory above one
// changes the name of everything below. So directories above a denied path that stand in a writable
// place are pinned: no rename, no removal, no making. A `**` or wildcard on the way leaves
// directories that cannot be pinned without denying all of them; what that leaves open is reported.
#pragma once

#include <string>
#include <vector>

#include "backends/seatbelt/path_rules.h"

namespace sbxc::seatbelt {

struct Pin {
  PathGlob glob;                // ends in a name, never in a wildcard
  std::vector<MacGlob> except;  // subtrees in which the rule does not hold
  std::vector<RuleId> rules;
  bool keeps_itself = false;  // the denied thing itself: a socket, which may be made but not moved
};

// A directory that can be moved between a place where the deny holds and one where it does not.
struct OpenMove {
  RuleId rule{};
  std::string witness;        // a path there, which becomes a denied one, or was one
  std::string place;          // where the deny does not hold
  std::string name;           // what is denied, below the directory that moves
  bool by_exception = false;  // the statement itself leaves that place out
};

struct RenamePins {
  std::vector<Pin> pins;       // without repeats, in policy order
  std::vector<OpenMove> open;  // at most one a rule
  // Names that a rule lets be written without what is below: no directory may be moved there.
  std::vector<MacGlob> files;
};

RenamePins rename_pins(const PathRules& rules);

// Filters for the pins of one kind.
std::vector<FilterTree> pin_filters(const std::vector<Pin>& pins, const Places& writable);

// Characters that a case-insensitive volume takes for ASCII letters and signs (long s, kelvin sign,
// ligatures): a new name with one of them could be another spelling of a denied one.
std::vector<FilterTree> folding_characters();

}  // namespace sbxc::seatbelt
