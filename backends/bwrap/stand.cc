#include "backends/bwrap/stand.h"

#include <algorithm>

namespace sbxc::bwrap {
namespace {

void make_set(std::vector<std::string_view>& names) {
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

constexpr auto kName = [](const auto& named) { return named.first; };

}  // namespace

Stand::Stand(const std::vector<Track>& tracks, Standing standing)
    : tracks_(tracks),
      standing_(std::move(standing)),
      outlook_(bwrap::outlook(tracks_, standing_)) {}

Stand::Pointer Stand::make(const std::vector<Track>& tracks, Standing standing) {
  return Pointer(new Stand(tracks, std::move(standing)));
}

const Stand::Index& Stand::index() const {
  if (index_) return *index_;
  Index& made = index_.emplace(Index{});  // clang: no default constructor in here yet
  for (uint32_t state = 0; state < standing_.size(); ++state) {
    const PathGlob& glob = tracks_[standing_[state].track].glob;
    for_each_position(standing_[state].at, [&](size_t position) {
      if (position >= glob.components.size()) return;
      const auto* name = std::get_if<NameGlob>(&glob.components[position]);
      if (name == nullptr) return;
      const Step step{state, static_cast<uint32_t>(position + 1)};
      if (const auto literal = only_name(*name)) {
        made.literals.emplace_back(*literal, step);
        return;
      }
      auto same = std::ranges::find_if(made.wildcards,
                                       [&](const Wildcard& other) { return *other.glob == *name; });
      if (same == made.wildcards.end()) {
        same = made.wildcards.insert(same, Wildcard{.glob = name, .steps = {}});
      }
      same->steps.push_back(step);
    });
  }
  std::ranges::sort(made.literals, {}, kName);
  made.lasting = bwrap::enter_unnamed(tracks_, standing_);
  return made;
}

bool Stand::names(std::string_view name) const {
  const Index& known = index();
  if (std::ranges::binary_search(known.literals, name, std::less<>(), kName)) return true;
  return std::ranges::any_of(known.wildcards,
                             [&](const Wildcard& one) { return one.glob->matches(name); });
}

std::vector<Stand::Step> Stand::steps_for(std::string_view name) const {
  const Index& known = index();
  std::vector<Step> steps;
  auto at = std::ranges::lower_bound(known.literals, name, std::less<>(), kName);
  for (; at != known.literals.end() && at->first == name; ++at) steps.push_back(at->second);
  for (const Wildcard& one : known.wildcards) {
    if (one.glob->matches(name)) steps.insert(steps.end(), one.steps.begin(), one.steps.end());
  }
  std::ranges::sort(steps, {}, &Step::state);
  return steps;
}

const Stand::Wanted& Stand::wanted() const {
  if (wanted_) return *wanted_;
  Wanted& made = wanted_.emplace(Wanted{});  // clang: no default constructor in here yet
  auto state = standing_.begin();
  for (const Pending& pending : outlook_.pending) {  // both are sorted by track
    const PathGlob& glob = tracks_[pending.track].glob;
    while (state->track != pending.track) ++state;
    for_each_position(state->at, [&](size_t position) {
      if (position >= glob.components.size()) return;
      const auto* name = std::get_if<NameGlob>(&glob.components[position]);
      const auto literal = name != nullptr ? only_name(*name) : std::nullopt;
      const bool behind_any = position > 0 && is_any(glob.components[position - 1]);
      if (!literal) {
        made.listing = true;
        made.everywhere |= name == nullptr;
      } else {
        (behind_any ? made.behind_any : made.spelt).push_back(*literal);
      }
    });
  }
  make_set(made.spelt);
  make_set(made.behind_any);
  return made;
}

// `lasting` is what every name leads to that no component names.
Stand::Pointer Stand::unnamed(const Standing& lasting) const {
  if (unnamed_is_this_) return shared_from_this();
  if (!unnamed_) {
    if (lasting == standing_) {
      unnamed_is_this_ = true;  // not a pointer to itself: that would never be freed
      return shared_from_this();
    }
    unnamed_ = make(tracks_, lasting);
  }
  return unnamed_;
}

// Component by component.
Stand::Pointer Stand::enter_by_looking(std::string_view name) const {
  Standing next;
  next.reserve(standing_.size());
  bool named = false;
  for (const TrackState& state : standing_) {
    const PathGlob& glob = tracks_[state.track].glob;
    TrackState reached{.track = state.track, .at = {}};
    for_each_position(state.at, [&](size_t position) {
      if (position >= glob.components.size()) return;
      const auto* component = std::get_if<NameGlob>(&glob.components[position]);
      if (component == nullptr) {
        add_position(glob, position, reached.at);
      } else if (const auto only = only_name(*component);
                 only ? *only == name : component->matches(name)) {
        named = true;
        add_position(glob, position + 1, reached.at);
      }
    });
    if (reached.at.none()) continue;
    settle(tracks_[state.track], reached);
    next.push_back(reached);
  }
  return named ? make(tracks_, std::move(next)) : unnamed(next);
}

Stand::Pointer Stand::enter(std::string_view name) const {
  constexpr int kFew = 4;  // names for which an index does not pay
  if (!index_ && looked_ < kFew) {
    ++looked_;
    return enter_by_looking(name);
  }
  return enter_by_index(name);
}

// What lasts, and for each step its track with what lies behind the name: two sorted lists in one.
Stand::Pointer Stand::enter_by_index(std::string_view name) const {
  const std::vector<Step> steps = steps_for(name);
  if (steps.empty()) return unnamed(index().lasting);
  const Standing& lasting = index().lasting;
  Standing next;
  next.reserve(lasting.size() + steps.size());
  auto last = lasting.begin();
  for (const Step& step : steps) {
    const uint32_t track = standing_[step.state].track;
    for (; last != lasting.end() && last->track <= track; ++last) next.push_back(*last);
    if (next.empty() || next.back().track != track) next.push_back({.track = track, .at = {}});
    add_position(tracks_[track].glob, step.behind, next.back().at);
    settle(tracks_[track], next.back());
  }
  next.insert(next.end(), last, lasting.end());
  return make(tracks_, std::move(next));
}

}  // namespace sbxc::bwrap
