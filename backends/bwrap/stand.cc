#include "backends/bwrap/stand.h"

#include <algorithm>

namespace sbxc::bwrap {
namespace {

void make_set(std::vector<std::string>& names) {
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace

Stand::Stand(const std::vector<Track>& tracks, Standing standing)
    : tracks_(tracks),
      standing_(std::move(standing)),
      outlook_(bwrap::outlook(tracks_, standing_)) {
  index_names();
  collect_wanted();
}

Stand::Pointer Stand::make(const std::vector<Track>& tracks, Standing standing) {
  return Pointer(new Stand(tracks, std::move(standing)));
}

void Stand::index_names() {
  for (const TrackState& state : standing_) {
    const PathGlob& glob = tracks_[state.track].glob;
    for_each_position(state.at, [&](size_t position) {
      if (position >= glob.components.size()) return;
      const auto* name = std::get_if<NameGlob>(&glob.components[position]);
      if (name == nullptr) return;
      if (const auto literal = name->literal()) {
        literals_.push_back(*literal);
      } else if (std::ranges::none_of(wildcards_, [&](const auto* w) { return *w == *name; })) {
        wildcards_.push_back(name);
      }
    });
  }
  make_set(literals_);
}

void Stand::collect_wanted() {
  for (const Pending& pending : outlook_.pending) {
    const PathGlob& glob = tracks_[pending.track].glob;
    for_each_position(find_state(standing_, pending.track)->at, [&](size_t position) {
      if (position >= glob.components.size()) return;
      const auto* name = std::get_if<NameGlob>(&glob.components[position]);
      const auto literal = name != nullptr ? name->literal() : std::nullopt;
      const bool behind_any = position > 0 && is_any(glob.components[position - 1]);
      if (!literal) {
        wants_listing_ = true;
        searches_everywhere_ |= name == nullptr;
      } else {
        (behind_any ? behind_any_ : spelt_).push_back(*literal);
      }
    });
  }
  make_set(spelt_);
  make_set(behind_any_);
}

bool Stand::names(std::string_view name) const {
  if (std::ranges::binary_search(literals_, name, std::less<>())) return true;
  return std::ranges::any_of(wildcards_, [&](const NameGlob* glob) { return glob->matches(name); });
}

Stand::Pointer Stand::enter(std::string_view name) const {
  if (names(name)) return make(tracks_, bwrap::enter(tracks_, standing_, name));
  if (unnamed_is_this_) return shared_from_this();
  if (!unnamed_) {
    Standing below = enter_unnamed(tracks_, standing_);
    if (below == standing_) {
      unnamed_is_this_ = true;  // not a pointer to itself: that would never be freed
      return shared_from_this();
    }
    unnamed_ = make(tracks_, std::move(below));
  }
  return unnamed_;
}

}  // namespace sbxc::bwrap
