// The path rules of a policy as they are on macOS: canonical globs, and of each deny only what
// could meet something that is allowed.
#pragma once

#include <string>
#include <vector>

#include "backends/seatbelt/filter_tree.h"
#include "backends/seatbelt/path_regex.h"
#include "backends/target/target.h"

namespace sbxc::seatbelt {

struct MacGlob {
  PathGlob glob;                  // canonical
  PathGlob loose;                 // any spelling of it, for asking whether two can meet
  std::vector<std::string> lead;  // the literal components that `loose` begins with

  explicit MacGlob(const PathGlob& canonical);
};
// Whether they can meet in any spelling.
bool may_meet(const MacGlob& a, const MacGlob& b);

using Places = std::vector<const MacGlob*>;
bool may_meet(const MacGlob& glob, const Places& places);

struct PathRule {
  const Rule* rule = nullptr;
  std::vector<MacGlob> globs;
  std::vector<MacGlob> except;

  // Whether a deny could matter where one of these is allowed.
  bool meets(const Places& places) const;
  bool denies(Operation operation) const {
    return rule->effect == Effect::deny && rule->operation == operation;
  }
  bool allows(Operation operation) const {
    return rule->effect != Effect::deny && rule->operation == operation;
  }
};

struct PathRules {
  std::vector<PathRule> rules;  // of read, write, exec and (paths) socket; macOS ones; policy order

  static PathRules of(const Policy& policy);

  // What allow rules of these operations name, their exceptions included.
  Places allowed(const std::vector<Operation>& operations) const;
  Places writable() const { return allowed({Operation::write}); }
  Places readable() const { return allowed({Operation::read, Operation::write}); }  // law 4
};

// The glob with the component from which on other spellings can be made: new names in places that
// may be written. Everything before is there already, in one spelling.
SpelledGlob guarded(const MacGlob& glob, const Places& writable);

// Filters for what an allow rule names: as spelled.
std::vector<FilterTree> as_spelled(const std::vector<MacGlob>& globs);
// Filters for what is denied: as spelled, and in every other spelling that can be made.
std::vector<FilterTree> in_any_spelling(const std::vector<MacGlob>& globs, const Places& writable);
std::vector<FilterTree> regex_filters(const std::vector<SpelledGlob>& globs);

}  // namespace sbxc::seatbelt
