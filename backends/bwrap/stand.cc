#include "backends/bwrap/stand.h"

#include <algorithm>
#include <span>

namespace sbxc::bwrap {

Stand::Stand(const std::vector<Track>& tracks, const TrackNames& names, Standing standing,
             Outlook outlook)
    : tracks_(tracks),
      names_(names),
      standing_(std::move(standing)),
      outlook_(std::move(outlook)) {}

Stand::Pointer Stand::make(const std::vector<Track>& tracks, const TrackNames& names,
                           Standing standing) {
  Outlook outlook = Outlooks(tracks, standing).of_it();
  return Pointer(new Stand(tracks, names, std::move(standing), std::move(outlook)));
}

const Stand::Index& Stand::index() const {
  if (index_) return *index_;
  Index& made = index_.emplace(Index{});  // clang: no default constructor in here yet
  made.steps.reserve(standing_.size());
  made.lasting.reserve(standing_.size());
  for (uint32_t at = 0; at < standing_.size(); ++at) {
    const TrackState& state = standing_[at];
    const std::span<const Number> glob = names_.of(state.track);
    TrackState lasting{.track = state.track, .view = {}, .at = {}};
    bool lasts = false;
    state.at.for_each_before(glob.size(), [&](size_t position) {
      if (glob[position] == TrackNames::kAny) {  // goes on past one more name
        add_position(glob, position, lasting.at);
        lasts = true;
        return;
      }
      const auto step = static_cast<uint32_t>(made.steps.size());
      made.steps.push_back({at, static_cast<uint32_t>(position + 1)});
      if (made.runs.empty() || made.runs.back().name != glob[position]) {
        made.runs.push_back({glob[position], step, step});
      }
      ++made.runs.back().last;
    });
    if (!lasts) continue;
    settle(glob, lasting);
    made.lasting.push_back(lasting);
    made.lasting_grants = made.lasting_grants || tracks_[state.track].grants();
  }
  std::ranges::sort(made.runs, [](const Run& a, const Run& b) {
    return a.name != b.name ? a.name < b.name : a.first < b.first;
  });
  const auto wildcards = std::ranges::partition_point(
      made.runs, [](const Run& run) { return TrackNames::is_literal(run.name); });
  made.wildcards = static_cast<size_t>(wildcards - made.runs.begin());
  made.outlooks.emplace(tracks_, made.lasting);
  return made;
}

template <typename Function>
void Stand::each_run(std::string_view name, Function&& enough) const {
  const Index& known = index();
  if (const std::optional<Number> number = names_.find(name)) {
    auto run = std::ranges::lower_bound(known.runs, *number, {}, &Run::name);
    for (; run != known.runs.end() && run->name == *number; ++run) {
      if (enough(*run)) return;
    }
  }
  Number tried = TrackNames::kAny;  // a wildcard's runs stand side by side
  bool matches = false;
  for (const Run& run : std::span(known.runs).subspan(known.wildcards)) {
    if (run.name != tried) matches = names_.wildcard_matches(run.name, name);
    tried = run.name;
    if (matches && enough(run)) return;
  }
}

bool Stand::names(std::string_view name) const {
  bool any = false;
  each_run(name, [&](const Run&) { return any = true; });
  return any;
}

bool Stand::grants_nothing(std::string_view name) const {
  bool grants = index().lasting_grants;
  each_run(name, [&](const Run& run) {
    for (uint32_t step = run.first; !grants && step < run.last; ++step) {
      grants = tracks_[standing_[index_->steps[step].state].track].grants();
    }
    return grants;
  });
  return !grants;
}

std::vector<Stand::Step> Stand::steps_for(std::string_view name) const {
  std::vector<Step> steps;
  each_run(name, [&](const Run& run) {
    const auto first = index_->steps.begin();
    steps.insert(steps.end(), first + run.first, first + run.last);
    return false;
  });
  std::ranges::sort(steps, {}, &Step::state);
  return steps;
}

std::vector<Stand::Named> Stand::named(std::string_view name) const {
  std::vector<Named> named;
  for (const Step& step : steps_for(name)) {
    const uint32_t track = standing_[step.state].track;
    if (named.empty() || named.back().track != track) named.push_back({track, {}});
    add_position(names_.of(track), step.behind, named.back().reached);
  }
  return named;
}

std::vector<std::string_view> Stand::set_of(std::vector<Number>& numbers) const {
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  std::vector<std::string_view> names;
  names.reserve(numbers.size());
  for (const Number number : numbers) names.push_back(names_.literal(number));
  std::ranges::sort(names);
  return names;
}

const Stand::Wanted& Stand::wanted() const {
  if (wanted_) return *wanted_;
  Wanted& made = wanted_.emplace(Wanted{});  // clang: no default constructor in here yet
  std::vector<Number> spelt;
  std::vector<Number> behind_any;
  const auto add = [](std::vector<Number>& to, Number number) {
    if (to.empty() || to.back() != number) to.push_back(number);
  };
  auto state = standing_.begin();
  for (const Pending& pending : outlook_.pending) {  // both are sorted by track
    const std::span<const Number> glob = names_.of(pending.track);
    while (state->track != pending.track) ++state;
    state->at.for_each_before(glob.size(), [&](size_t position) {
      const Number name = glob[position];
      if (name == TrackNames::kAny || !TrackNames::is_literal(name)) {
        made.listing = true;
        made.everywhere |= name == TrackNames::kAny;
      } else {
        add(position > 0 && glob[position - 1] == TrackNames::kAny ? behind_any : spelt, name);
      }
    });
  }
  made.spelt = set_of(spelt);
  made.behind_any = set_of(behind_any);
  return made;
}

// What every name leads to that no component names.
Stand::Pointer Stand::unnamed() const {
  if (unnamed_is_this_) return shared_from_this();
  if (!unnamed_) {
    const Index& known = index();
    if (known.lasting == standing_) {
      unnamed_is_this_ = true;  // not a pointer to itself: that would never be freed
      return shared_from_this();
    }
    unnamed_ = Pointer(new Stand(tracks_, names_, known.lasting, known.outlooks->of_it()));
  }
  return unnamed_;
}

// What lasts, and for each step its track with what lies behind the name: two sorted lists in one.
Stand::Pointer Stand::enter(std::string_view name) const {
  const std::vector<Step> steps = steps_for(name);
  if (steps.empty()) return unnamed();
  const Index& known = index();
  Standing next;
  next.reserve(known.lasting.size() + steps.size());
  std::vector<uint32_t> changed;
  auto last = known.lasting.begin();
  for (auto step = steps.begin(); step != steps.end();) {
    const uint32_t state = step->state;
    const uint32_t track = standing_[state].track;
    const auto upto =
        std::ranges::upper_bound(last, known.lasting.end(), track, {}, &TrackState::track);
    next.insert(next.end(), last, upto);
    last = upto;
    if (next.empty() || next.back().track != track)
      next.push_back({.track = track, .view = {}, .at = {}});
    const std::span<const Number> glob = names_.of(track);
    for (; step != steps.end() && step->state == state; ++step) {
      add_position(glob, step->behind, next.back().at);
    }
    settle(glob, next.back());
    changed.push_back(track);
  }
  next.insert(next.end(), last, known.lasting.end());
  Outlook outlook = known.outlooks->of(next, changed);
  return Pointer(new Stand(tracks_, names_, std::move(next), std::move(outlook)));
}

}  // namespace sbxc::bwrap
