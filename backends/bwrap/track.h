// A track is one path glob of one rule: what a walk down the directory tree follows.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "compiler/policy/policy.h"

namespace sbxc::bwrap {

struct Track {
  RuleId rule{};
  Operation operation{};
  Effect effect{};
  bool except = false;
  PathGlob glob;
  bool through_link = false;  // made from another track by following a link

  // Whether a match makes the policy allow less: a denial, or an exception to an allowance.
  bool restricts() const { return (effect == Effect::deny) != except; }
  // Other than a denial's exception, which only leaves what is there without the denial.
  bool grants() const { return effect != Effect::deny && !except; }
  bool operator==(const Track&) const = default;
};

// One for each glob of the rules that exist on Linux and speak of paths, grouped by rule, rules in
// order.
std::vector<Track> tracks_of(const Policy& policy);
// Each behind those that its rule has already.
void add_tracks(std::vector<Track>& tracks, std::vector<Track> more);

inline bool is_any(const Component& component) {
  return std::holds_alternative<AnyComponents>(component);
}
// The one name that the glob matches, if it has no wildcard; lives as long as the glob.
std::optional<std::string_view> only_name(const NameGlob& glob);

}  // namespace sbxc::bwrap
