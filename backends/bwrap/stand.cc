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
      outlook_(bwrap::outlook(tracks_, standing_)) {}

Stand::Pointer Stand::make(const std::vector<Track>& tracks, Standing standing) {
  return Pointer(new Stand(tracks, std::move(standing)));
}

const Stand::Index& Stand::index() const {
  if (index_) return *index_;
  Index& made = index_.emplace();
  for (const TrackState& state : standing_) {
    const PathGlob& glob = tracks_[state.track].glob;
    for_each_position(state.at, [&](size_t position) {
      if (position >= glob.components.size()) return;
      const auto* name = std::get_if<NameGlob>(&glob.components[position]);
      if (name == nullptr) return;
      if (const auto literal = name->literal()) {
        made.literals.push_back(*literal);
      } else if (std::ranges::none_of(made.wildcards,
                                      [&](const auto* other) { return *other == *name; })) {
        made.wildcards.push_back(name);
      }
    });
  }
  make_set(made.literals);
  return made;
}

const Stand::Wanted& Stand::wanted() const {
  if (wanted_) return *wanted_;
  Wanted& made = wanted_.emplace(Wanted{});  // clang: no default constructor in here yet
  for (const Pending& pending : outlook_.pending) {
    const PathGlob& glob = tracks_[pending.track].glob;
    for_each_position(find_state(standing_, pending.track)->at, [&](size_t position) {
      if (position >= glob.components.size()) return;
      const auto* name = std::get_if<NameGlob>(&glob.components[position]);
      const auto literal = name != nullptr ? name->literal() : std::nullopt;
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

bool Stand::names(std::string_view name) const {
  const Index& known = index();
  if (std::ranges::binary_search(known.literals, name, std::less<>())) return true;
  return std::ranges::any_of(known.wildcards,
                             [&](const NameGlob* glob) { return glob->matches(name); });
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
