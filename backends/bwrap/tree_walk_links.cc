// Links that patterns run into. The path behind a link is another path, so the pattern is continued
// there by a track of its own: `/bin/**` where /bin is a link to usr/bin becomes `/usr/bin/**` too.
//
// Made stricter: always, or a key that is reached through a link would be readable at its real
// place. Made looser: only if every name up to the link is spelt out in the rule and the link lies
// where the command cannot replace it; else a command could widen its own next start by planting
// a link. A denial through a link is left alone where it would cover the start directory, the
// directory of the link itself, or everything: a planted link must not stop the start either.
#include <algorithm>

#include "backends/bwrap/tree_walk.h"

namespace sbxc::bwrap {
namespace {

PathGlob continued(const std::string& target, const PathGlob& glob, size_t from) {
  PathGlob result;
  for (std::string& name : components_of(target)) {
    result.components.emplace_back(NameGlob{{Literal{std::move(name)}}});
  }
  result.components.insert(result.components.end(),
                           glob.components.begin() + static_cast<std::ptrdiff_t>(from),
                           glob.components.end());
  return result;
}

}  // namespace

void TreeWalk::follow(const Place& here, const Node& link, const TrackState& before,
                      const std::string& to) {
  const Track& track = tree_.tracks[before.track];
  const Positions reached = named_positions(track, before, link.name);
  if (reached.none() || to == "/" || is_below(to, "/proc") || is_below(to, "/dev")) return;
  if (track.restricts()) {
    const std::string& start = options_.start_directory;
    if (is_below(link.path, to) || (!start.empty() && is_below(start, to))) return;
  } else {
    if (track.glob.literal_depth() < components_of(link.path).size()) return;
    if (here.region == Access::write) {
      tree_.links_refused.push_back({link.path, to, track.rule});
      note(track.rule, LaterKind::not_visible, track.operation, link.path);
      return;
    }
  }
  for_each_position(reached, [&](size_t position) {
    // `p/**` reached at `**` and behind it: one track says both.
    const size_t size = track.glob.components.size();
    if (position > 0 && position == size && reached.count() > 1) return;
    Track more = track;
    more.glob = continued(to, track.glob, position);
    more.through_link = true;
    if (more.glob.components.size() > kMaxComponents) return;
    const auto same = [&](const Track& other) {
      return other.rule == more.rule && other.except == more.except && other.glob == more.glob;
    };
    if (std::ranges::none_of(tree_.tracks, same) && std::ranges::none_of(found_, same)) {
      found_.push_back(std::move(more));
    }
  });
  const auto met = [&](const LinkFollowed& other) {
    return other.path == link.path && other.rule == track.rule;
  };
  if (std::ranges::none_of(tree_.links, met)) tree_.links.push_back({link.path, to, track.rule});
}

void TreeWalk::visit_link(Place& here, Place& child) {
  Node& node = *child.node;
  const std::optional<std::string> target = view_.files().read_link(node.path);
  if (!target) return;
  node.link_target = *target;
  if (here.region == Access::write && node.self.access != Access::write) {
    for (const RuleId rule : rules_holding(tree_.tracks, child.stand->standing(), true)) {
      note(rule, LaterKind::link_entry, Operation::write, node.path);
    }
    here.node->pin = true;
  }
  const ResolvedPath resolved = resolve_links(view_.files(), node.path);
  if (resolved.loops) return;
  auto state = here.stand->standing().begin();
  for (const Pending& pending : here.stand->outlook().pending) {  // both are sorted by track
    while (state->track != pending.track) ++state;
    follow(here, node, *state, resolved.path);
  }
}

}  // namespace sbxc::bwrap
