// Where a walk down the directory tree stands in every path pattern of the policy: the components
// each pattern has consumed so far. A track is one glob of one rule; a standing is the positions
// of all tracks that can still match here or below. From it follows what is decided at a place,
// what is decided for names below that no pattern singles out, and which patterns could still
// single one out, that is, whether the walk has to go on.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/policy/policy.h"

namespace sbxc::bwrap {

enum class Access : uint8_t { none, read, write };  // law 4: a ladder
std::string_view name_of(Access access);

struct Track {
  RuleId rule{};
  Operation operation{};
  Effect effect{};
  bool except = false;
  PathGlob glob;
  bool through_link = false;  // made from another track by following a link

  // Whether a match makes the policy allow less: a denial, or an exception to an allowance.
  bool restricts() const { return (effect == Effect::deny) != except; }
  bool operator==(const Track&) const = default;
};

// One for each glob of the rules that exist on Linux and speak of paths, grouped by rule.
std::vector<Track> tracks_of(const Policy& policy);

// Component indices; one past the last means that the whole pattern was consumed.
using Positions = std::bitset<kMaxComponents + 1>;
// The first from `from` on; as many as there are when there is none. GCC's library skips over empty
// words.
inline size_t next_position(const Positions& at, size_t from) {
#if defined(__GLIBCXX__)
  return from == 0 ? at._Find_first() : at._Find_next(from - 1);
#else
  while (from < at.size() && !at.test(from)) ++from;
  return from;
#endif
}
template <typename Function>
void for_each_position(const Positions& at, Function&& function) {
  for (size_t i = next_position(at, 0); i < at.size(); i = next_position(at, i + 1)) function(i);
}

// What a track's positions come to.
struct TrackView {
  bool accepts = false;    // it matches here
  bool universal = false;  // it matches everything below
  bool pending = false;    // it may match something below beyond that

  bool operator==(const TrackView&) const = default;
};

struct TrackState {
  uint32_t track = 0;
  TrackView view{};  // INVARIANT: of the positions; kept, for most states last for many names
  Positions at;      // INVARIANT: not empty, closed under `**` matching nothing

  bool operator==(const TrackState&) const = default;
};
// To be called when the positions are complete.
void settle(const Track& track, TrackState& state);
using Standing = std::vector<TrackState>;  // INVARIANT: sorted by track

Standing standing_at_root(const std::vector<Track>& tracks);
// Below a name that no component names: what is left are the `**`.
Standing enter_unnamed(const std::vector<Track>& tracks, const Standing& standing);
// The positions that `name` reaches through a component of its own: not by staying inside a `**`.
Positions named_positions(const Track& track, const TrackState& before, std::string_view name);
const TrackState* find_state(const Standing& standing, uint32_t track);
inline bool is_any(const Component& component) {
  return std::holds_alternative<AnyComponents>(component);
}
// The one name that the glob matches, if it has no wildcard; lives as long as the glob.
std::optional<std::string_view> only_name(const NameGlob& glob);
// Adds a position and, when a `**` stands there, the one behind it.
void add_position(const PathGlob& glob, size_t position, Positions& at);

// What is decided: for one path, or for every name below it that no pattern singles out.
struct Rights {
  Access access = Access::none;
  bool exec = false;
  bool socket = false;

  bool operator==(const Rights&) const = default;
};

// A pattern that may still single out a name below.
struct Pending {
  uint32_t track = 0;
  bool reads = false;  // which decisions it could turn
  bool writes = false;
  bool execs = false;
  bool sockets = false;
};

struct Outlook {
  Rights self;
  Rights below;
  std::vector<Pending> pending;  // those that matter, by track
};

Outlook outlook(const std::vector<Track>& tracks, const Standing& standing);

// Whether a track matches the path itself or everything below it.
inline bool holds_here(const TrackState& state) {
  return state.view.accepts || state.view.universal;
}
inline bool holds_all_below(const TrackState& state) { return state.view.universal; }

// The rules with a track that holds here and restricts (or not), in order.
std::vector<RuleId> rules_holding(const std::vector<Track>& tracks, const Standing& standing,
                                  bool restricting);

}  // namespace sbxc::bwrap
