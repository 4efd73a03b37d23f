// Links that patterns run into. The path behind a link is another path, so the pattern is continued
// there by a track of its own: `/bin/**` where /bin is a link to usr/bin becomes `/usr/bin/**` too.
//
// Made stricter: always, or a key that is reached through a link would be readable at its real
// place. Made looser: only if every name up to the link is spelt out in the rule and the link lies
// where the command cannot replace it; else a command could widen its own next start by planting
// a link. A denial through a link is left alone where it would cover the start directory, the
// directory of the link itself, or everything: a planted link must not stop the start either.
#include <algorithm>
#include <deque>

#include "backends/bwrap/tree_walk.h"

namespace sbxc::bwrap {
namespace {

constexpr size_t kLinksLookedFor = 3;  // /bin, /etc/localtime, /home/you/.config

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

// The names that rules spell out from the root on.
struct TreeWalk::Spelt {
  std::string_view name;       // of a track
  std::vector<Spelt> below{};  // sorted by name

  Spelt& child(std::string_view wanted) {
    const auto at = std::ranges::lower_bound(below, wanted, {}, &Spelt::name);
    if (at != below.end() && at->name == wanted) return *at;
    return *below.insert(at, Spelt{.name = wanted});
  }
};

// The directories on the way to a name. Few hold links, so where the walk stands is worked out for
// those alone.
struct TreeWalk::Way {
  std::vector<std::string_view> names{};
  std::vector<Place> places{};  // of the root, and of as many names as there was a need for
  std::deque<Node> nodes{};     // of the latter

  std::string path() const {
    std::string path = "/";
    for (const std::string_view name : names) path = join(path, name);
    return path;
  }
};

void TreeWalk::look_for_links() {
  Spelt root;
  for (const Track& track : tree_.tracks) {
    Spelt* at = &root;
    const size_t depth = std::min(track.glob.components.size(), kLinksLookedFor);
    for (size_t i = 0; i < depth; ++i) {
      const auto* glob = std::get_if<NameGlob>(&track.glob.components[i]);
      const auto name = glob != nullptr ? only_name(*glob) : std::nullopt;
      if (!name) break;
      at = &at->child(*name);
    }
  }
  Way way;
  way.places.push_back(this->root());
  look_for_links(root, way);
}

void TreeWalk::look_for_links(const Spelt& from, Way& way) {
  const std::string above = way.path();
  for (const Spelt& child : from.below) {
    const FileKind kind = view_.kind(join(above, child.name));
    if (kind == FileKind::link) {
      for (size_t i = way.places.size() - 1; i < way.names.size(); ++i) {
        Node& node = way.nodes.emplace_back();
        way.places.push_back(
            child_of(way.places[i], node, std::string(way.names[i]), FileKind::directory));
      }
      visit(way.places.back(), std::string(child.name), kind);
    }
    if (kind != FileKind::directory) continue;
    way.names.push_back(child.name);
    look_for_links(child, way);
    way.names.pop_back();
    if (way.places.size() <= way.names.size() + 1) continue;
    way.places.pop_back();
    way.nodes.pop_back();
  }
}

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
    const auto rules_own = std::ranges::equal_range(tree_.tracks, more.rule, {}, &Track::rule);
    if (std::ranges::none_of(rules_own, same) && std::ranges::none_of(found_, same)) {
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
