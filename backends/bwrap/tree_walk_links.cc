// Links that patterns run into. The path behind a link is another path, so the pattern is continued
// there by a track of its own: `/bin/**` where /bin is a link to usr/bin becomes `/usr/bin/**` too.
//
// Made stricter: always, or a key that is reached through a link would be readable at its real
// place. Made looser: only if every name up to the link is spelt out in the rule and the link lies
// where the command cannot replace it; else a command could widen its own next start by planting
// a link. A denial through a link is left alone where it would cover the start directory, the
// directory of the link itself, or everything: a planted link must not stop the start either.
#include <algorithm>
#include <array>
#include <deque>
#include <span>

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
  std::string_view name;        // of a track
  std::vector<Spelt*> below{};  // sorted by name

  Spelt* child(std::string_view wanted, std::deque<Spelt>& all) {
    const auto at = std::ranges::lower_bound(below, wanted, {}, &Spelt::name);
    if (at != below.end() && (*at)->name == wanted) return *at;
    return *below.insert(at, &all.emplace_back(Spelt{.name = wanted}));
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
  std::deque<Spelt> all;
  // The way of the track before: neighbours mostly lie in one directory.
  std::array<Spelt*, kLinksLookedFor + 1> way_before{&root};
  size_t known = 0;
  for (uint32_t track = 0; track < tree_.tracks.size(); ++track) {
    const std::span<const TrackNames::Number> glob = names_.of(track);
    const size_t depth = std::min(glob.size(), kLinksLookedFor);
    size_t at = 0;
    for (; at < depth && TrackNames::is_literal(glob[at]); ++at) {
      const std::string_view name = names_.literal(glob[at]);
      if (at < known && way_before[at + 1]->name == name) continue;
      way_before[at + 1] = way_before[at]->child(name, all);
      known = 0;
    }
    known = at;
  }
  Way way;
  way.places.push_back(this->root());
  look_for_links(root, way);
}

void TreeWalk::look_for_links(const Spelt& from, Way& way) {
  const std::string above = way.path();
  for (const Spelt* child : from.below) {
    const FileKind kind = view_.kind(join(above, child->name));
    if (kind == FileKind::link) {
      for (size_t i = way.places.size() - 1; i < way.names.size(); ++i) {
        Node& node = way.nodes.emplace_back();
        way.places.push_back(
            child_of(way.places[i], node, std::string(way.names[i]), FileKind::directory));
      }
      visit(way.places.back(), std::string(child->name), kind);
    }
    if (kind != FileKind::directory) continue;
    way.names.push_back(child->name);
    look_for_links(*child, way);
    way.names.pop_back();
    if (way.places.size() <= way.names.size() + 1) continue;
    way.places.pop_back();
    way.nodes.pop_back();
  }
}

void TreeWalk::follow(const Place& here, const Node& link, const Stand::Named& named,
                      const std::string& to) {
  const Track& track = tree_.tracks[named.track];
  if (to == "/" || is_below(to, "/proc") || is_below(to, "/dev")) return;
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
  const size_t size = track.glob.components.size();
  named.reached.for_each_before(size + 1, [&](size_t position) {
    // `p/**` reached at `**` and behind it: one track says both.
    if (position > 0 && position == size && named.reached.count() > 1) return;
    Track more = track;
    more.glob = continued(to, track.glob, position);
    more.through_link = true;
    if (more.glob.components.size() > kMaxComponents) return;
    const auto same = [&](const Track& other) {
      return other.rule == more.rule && other.except == more.except && other.glob == more.glob;
    };
    // Of the rule's own; clang 14 knows no subranges.
    const auto first = std::ranges::lower_bound(tree_.tracks, more.rule, {}, &Track::rule);
    const auto last = std::ranges::upper_bound(tree_.tracks, more.rule, {}, &Track::rule);
    if (std::none_of(first, last, same) && std::ranges::none_of(found_, same)) {
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
  const auto& [target, resolved] = view_.link(node.path);
  if (!target) return;
  node.link_target = *target;
  if (here.region == Access::write && node.self.access != Access::write) {
    for (const RuleId rule : rules_holding(tree_.tracks, child.stand->standing(), true)) {
      note(rule, LaterKind::link_entry, Operation::write, node.path);
    }
    here.node->pin = true;
  }
  if (resolved.loops) return;
  const std::vector<Pending>& pending = here.stand->outlook().pending;
  for (const Stand::Named& named : here.stand->named(node.name)) {
    if (std::ranges::binary_search(pending, named.track, {}, &Pending::track)) {
      follow(here, node, named, resolved.path);
    }
  }
}

}  // namespace sbxc::bwrap
