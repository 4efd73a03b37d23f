// Where a walk down the directory tree stands in every path pattern of the policy: the components
// each pattern has consumed so far. A standing is the positions of all tracks that can still match
// here or below.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "backends/bwrap/track_names.h"

namespace sbxc::bwrap {

// A set of component indices; one past the last means that the whole pattern was consumed. It and
// what is made of it have no constructors: standings are copied by the hundred states.
class Positions {
 public:
  void set(size_t position) { words_[position / 64] |= uint64_t{1} << (position % 64); }
  bool test(size_t position) const { return ((words_[position / 64] >> (position % 64)) & 1) != 0; }
  size_t count() const {
    size_t all = 0;
    for (const uint64_t word : words_) all += static_cast<size_t>(std::popcount(word));
    return all;
  }
  // In order, those before `end`, which is a position.
  template <typename Function>
  void for_each_before(size_t end, Function&& function) const {
    for (size_t from = 0; from < end; from += 64) {
      uint64_t rest = words_[from / 64];
      if (end - from < 64) rest &= (uint64_t{1} << (end - from)) - 1;
      for (; rest != 0; rest &= rest - 1) {
        function(from + static_cast<size_t>(std::countr_zero(rest)));
      }
    }
  }
  // Whether there is one before `end`, which is a position.
  bool any_before(size_t end) const {
    for (size_t i = 0; i < end / 64; ++i) {
      if (words_[i] != 0) return true;
    }
    return (words_[end / 64] & ((uint64_t{1} << (end % 64)) - 1)) != 0;
  }

  bool operator==(const Positions&) const = default;

 private:
  std::array<uint64_t, kMaxComponents / 64 + 1> words_;
};

// What a track's positions come to.
struct TrackView {
  bool accepts;    // it matches here
  bool universal;  // it matches everything below
  bool pending;    // it may match something below beyond that

  bool operator==(const TrackView&) const = default;
};

struct TrackState {
  uint32_t track;
  TrackView view;  // INVARIANT: of the positions; kept, for most states last for many names
  Positions at;    // INVARIANT: not empty, closed under `**` matching nothing

  bool operator==(const TrackState&) const = default;
};
static_assert(std::is_trivial_v<TrackState>);
using Standing = std::vector<TrackState>;  // INVARIANT: sorted by track

Standing standing_at_root(const TrackNames& names);
// Adds a position of the track and, when a `**` stands there, the one behind it.
inline void add_position(std::span<const TrackNames::Number> glob, size_t position, Positions& at) {
  at.set(position);
  // No two `**` stand next to each other, so one step closes it.
  if (position < glob.size() && glob[position] == TrackNames::kAny) at.set(position + 1);
}
// To be called when the positions are complete.
inline void settle(std::span<const TrackNames::Number> glob, TrackState& state) {
  const size_t size = glob.size();
  TrackView& view = state.view;
  view.accepts = state.at.test(size);
  view.universal = size > 0 && glob.back() == TrackNames::kAny && state.at.test(size - 1);
  view.pending = !view.universal && state.at.any_before(size);
}
const TrackState* find_state(const Standing& standing, uint32_t track);

// Whether a track matches the path itself or everything below it.
inline bool holds_here(const TrackState& state) {
  return state.view.accepts || state.view.universal;
}
inline bool holds_all_below(const TrackState& state) { return state.view.universal; }

// The rules with a track that holds here and restricts (or not), in order.
std::vector<RuleId> rules_holding(const std::vector<Track>& tracks, const Standing& standing,
                                  bool restricting);

}  // namespace sbxc::bwrap
