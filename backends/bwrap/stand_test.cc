// Walks down random paths through random policies: what is kept from directory to directory must be
// what looking at every pattern anew would tell.
#include "backends/bwrap/stand.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "compiler/policy/random_policy.h"

namespace sbxc::bwrap {
namespace {

rc::Gen<std::vector<std::string>> random_names() {
  return rc::gen::resize(6, rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(
                                std::vector<std::string>{"a", "b", "ab", "c", "other"})));
}

// Of a policy's rules that speak of paths.
std::vector<Track> random_tracks() {
  auto policy = *testing::random_policy();
  std::erase_if(policy.rules, [](const testing::RuleText& rule) {
    return rule.operation != Operation::read && rule.operation != Operation::write &&
           rule.operation != Operation::exec && rule.operation != Operation::socket;
  });
  return tracks_of(policy.policy());
}

Stand::Pointer root_of(const std::vector<Track>& tracks, const TrackNames& names) {
  return Stand::make(tracks, names, standing_at_root(names));
}

RC_GTEST_PROP(BwrapStand, ANamesOutlookIsThatOfAllItsRulesLookedAtAnew, ()) {
  const std::vector<Track> tracks = random_tracks();
  const TrackNames names(tracks);
  Stand::Pointer stand = root_of(tracks, names);
  for (const std::string& name : *random_names()) {
    stand = stand->enter(name);
    RC_ASSERT(stand->outlook() == Outlooks(tracks, stand->standing()).of_it());
  }
}

RC_GTEST_PROP(BwrapStand, ATrackAcceptsThePathsThatItsGlobMatches, ()) {
  const std::vector<Track> tracks = random_tracks();
  const TrackNames names(tracks);
  Stand::Pointer stand = root_of(tracks, names);
  std::string path;
  for (const std::string& name : *random_names()) {
    stand = stand->enter(name);
    path += "/" + name;
    for (uint32_t track = 0; track < tracks.size(); ++track) {
      const TrackState* state = find_state(stand->standing(), track);
      const bool accepts = state != nullptr && state->view.accepts;
      RC_ASSERT(accepts == tracks[track].glob.matches(path));
    }
  }
}

RC_GTEST_PROP(BwrapStand, ANameIsNamedByTheTracksThatHaveAComponentForIt, ()) {
  const std::vector<Track> tracks = random_tracks();
  const TrackNames names(tracks);
  Stand::Pointer stand = root_of(tracks, names);
  for (const std::string& name : *random_names()) {
    const std::vector<Stand::Named> named = stand->named(name);
    RC_ASSERT(stand->names(name) == !named.empty());
    auto next = named.begin();
    for (const TrackState& state : stand->standing()) {
      const std::vector<Component>& glob = tracks[state.track].glob.components;
      Positions reached{};
      state.at.for_each_before(glob.size(), [&](size_t position) {
        const auto* component = std::get_if<NameGlob>(&glob[position]);
        if (component == nullptr || !component->matches(name)) return;
        reached.set(position + 1);
        if (position + 1 < glob.size() && is_any(glob[position + 1])) reached.set(position + 2);
      });
      if (reached == Positions{}) continue;
      RC_ASSERT(next != named.end());
      RC_ASSERT(next->track == state.track);
      RC_ASSERT(next->reached == reached);
      ++next;
    }
    RC_ASSERT(next == named.end());
    stand = stand->enter(name);
  }
}

TEST(BwrapStand, PositionsBeyondAWordAreFoundInOrder) {
  Positions at{};
  for (const size_t position : {0U, 63U, 64U, 200U, 256U}) at.set(position);
  std::vector<size_t> found;
  at.for_each_before(256, [&](size_t position) { found.push_back(position); });
  EXPECT_EQ(found, (std::vector<size_t>{0, 63, 64, 200}));
  at.for_each_before(257, [&](size_t position) { found.push_back(position); });
  EXPECT_EQ(found.back(), 256U);
  EXPECT_EQ(at.count(), 5U);
  Positions last{};
  last.set(256);
  EXPECT_FALSE(last.any_before(256));
  last.set(255);
  EXPECT_TRUE(last.any_before(256));
  EXPECT_FALSE(last.any_before(255));
}

}  // namespace
}  // namespace sbxc::bwrap
