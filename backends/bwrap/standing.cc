#include "backends/bwrap/standing.h"

#include <algorithm>

namespace sbxc::bwrap {

Standing standing_at_root(const TrackNames& names) {
  Standing standing;
  standing.reserve(names.tracks());
  for (uint32_t track = 0; track < names.tracks(); ++track) {
    TrackState& state = standing.emplace_back(TrackState{.track = track, .view = {}, .at = {}});
    add_position(names.of(track), 0, state.at);
    settle(names.of(track), state);
  }
  return standing;
}

const TrackState* find_state(const Standing& standing, uint32_t track) {
  const auto found = std::ranges::lower_bound(standing, track, {}, &TrackState::track);
  return found == standing.end() || found->track != track ? nullptr : &*found;
}

std::vector<RuleId> rules_holding(const std::vector<Track>& tracks, const Standing& standing,
                                  bool restricting) {
  std::vector<RuleId> rules;
  for (const TrackState& state : standing) {
    if (!holds_here(state)) continue;
    const Track& track = tracks[state.track];
    if (track.restricts() != restricting) continue;
    if (rules.empty() || rules.back() != track.rule) rules.push_back(track.rule);
  }
  return rules;
}

}  // namespace sbxc::bwrap
