#include "backends/bwrap/tree_walk.h"

#include <algorithm>

namespace sbxc::bwrap {
namespace {

bool is_any(const Component& component) { return std::holds_alternative<AnyComponents>(component); }

bool opens_wildcard(const PathGlob& glob, Position position) {
  if (position >= glob.components.size()) return false;
  const auto* name = std::get_if<NameGlob>(&glob.components[position]);
  return name == nullptr || !name->literal();
}

const TrackState& state_of(const Standing& standing, uint32_t track) {
  return *std::ranges::lower_bound(standing, track, {}, &TrackState::track);
}

// Under /sys a wildcard would list a hundred thousand names made up by the kernel; patterns that
// spell out more than /sys itself are followed as anywhere.
bool is_made_up(const std::string& path) { return path == "/sys"; }

// The sandbox has a /proc and a /dev of its own: what patterns from above (`/**/NAME`) say about
// the names in this machine's is of no interest, and listing those would be misleading.
void drop_wildcards_from_above(const std::vector<Track>& tracks, Standing& standing) {
  std::erase_if(standing, [&](const TrackState& state) {
    const Track& track = tracks[state.track];
    return track.glob.literal_depth() == 0 && !holds_all_below(track, state);
  });
}

}  // namespace

FileKind RememberingView::kind(const std::string& path) {
  const auto [found, fresh] = kinds_.try_emplace(path, FileKind::missing);
  if (fresh) found->second = files_.kind(path);
  return found->second;
}

const std::vector<DirectoryEntry>* RememberingView::list(const std::string& path) {
  const auto [found, fresh] = lists_.try_emplace(path);
  if (fresh) {
    const size_t left = entry_limit_ - entries_read_;
    std::optional<std::vector<DirectoryEntry>> entries;
    if (!limit_met_) entries = files_.list(path, left);
    if (entries && entries->size() > left) {
      limit_met_ = true;
      entries.reset();
    }
    if (entries) entries_read_ += entries->size();
    found->second = std::move(entries);
  }
  return found->second ? &*found->second : nullptr;
}

void TreeWalk::run() {
  Place root{&tree_.root, standing_at_root(tree_.tracks), {}, Access::none};
  root.outlook = outlook(tree_.tracks, root.standing);
  root.node->path = "/";
  root.node->kind = FileKind::directory;
  root.node->self = root.outlook.self;
  root.node->below = root.outlook.below;
  root.region = root.node->below.access;
  root.node->rules = rules_holding(tree_.tracks, root.standing, false);
  fill(root);
  hide_listing(root);
}

// What is below may be seen, the directory itself may not be listed: no mount says that. So it is
// made an empty one with each name that exists now put back.
void TreeWalk::hide_listing(Place& here) {
  Node& node = *here.node;
  if (node.self.access != Access::none || node.below.access == Access::none) return;
  const Rights shown = node.below;
  node.below = {};
  for (const RuleId rule : rules_holding(tree_.tracks, here.standing, false)) {
    note(rule, LaterKind::not_visible, Operation::read, join(node.path, "new"));
  }
  const std::vector<DirectoryEntry>* entries = view_.list(node.path);
  if (entries == nullptr) {
    node.listing_failed = true;
    return;
  }
  for (const DirectoryEntry& entry : *entries) {
    if (std::ranges::find(node.children, entry.name, &Node::name) != node.children.end()) continue;
    Node child;
    child.path = join(node.path, entry.name);
    child.name = entry.name;
    child.kind = entry.kind;
    child.self = shown;
    child.below = shown;
    child.rules = node.rules;
    child.link_target = view_.files().read_link(child.path).value_or("");
    node.children.push_back(std::move(child));
  }
  std::ranges::sort(node.children, {}, &Node::name);
}

void TreeWalk::add_listed(const Place& here, Names& names) {
  const std::vector<DirectoryEntry>* entries = view_.list(here.node->path);
  if (entries == nullptr) {
    here.node->listing_failed = true;
    if (!view_.limit_met()) return;
    if (tree_.over_limit_at.empty()) tree_.over_limit_at = here.node->path;
    for (const Pending& pending : here.outlook.pending) {
      const Track& track = tree_.tracks[pending.track];
      const TrackState& state = state_of(here.standing, pending.track);
      const bool wild = std::ranges::any_of(
          state.at, [&](Position position) { return opens_wildcard(track.glob, position); });
      if (wild) tree_.over_limit.push_back(track.rule);
    }
    return;
  }
  for (const DirectoryEntry& entry : *entries) {
    const bool wanted = std::ranges::any_of(here.outlook.pending, [&](const Pending& pending) {
      const Track& track = tree_.tracks[pending.track];
      const TrackState& state = state_of(here.standing, pending.track);
      if (!named_positions(track, state, entry.name).empty()) return true;
      return entry.kind == FileKind::directory &&
             std::ranges::any_of(state.at, [&](Position position) {
               return position < track.glob.components.size() &&
                      is_any(track.glob.components[position]);
             });
    });
    if (wanted) names.emplace(entry.name, entry.kind);
  }
}

TreeWalk::Names TreeWalk::names_to_visit(const Place& here) {
  Names names;
  const bool exists = here.node->kind == FileKind::directory && !here.node->to_create;
  bool wild = false;
  for (const Pending& pending : here.outlook.pending) {
    const PathGlob& glob = tree_.tracks[pending.track].glob;
    for (const Position position : state_of(here.standing, pending.track).at) {
      // Where nothing exists, `**/NAME` is looked for once, not in every imaginable directory.
      const bool behind_any = position > 0 && is_any(glob.components[position - 1U]);
      if (opens_wildcard(glob, position) || (behind_any && !exists)) {
        wild = true;
      } else if (position < glob.components.size()) {
        const std::string name = *std::get<NameGlob>(glob.components[position]).literal();
        names.emplace(name, FileKind::missing);
      }
    }
  }
  if (exists) {
    const std::string prefix = here.node->path == "/" ? "/" : here.node->path + "/";
    for (auto at = std::ranges::lower_bound(options_.interests, prefix);
         at != options_.interests.end() && at->starts_with(prefix); ++at) {
      const size_t end = at->find('/', prefix.size());
      names.emplace(at->substr(prefix.size(), end - prefix.size()), FileKind::missing);
    }
    for (auto& [name, kind] : names) kind = view_.kind(join(here.node->path, name));
    if (wild && !is_made_up(here.node->path)) add_listed(here, names);
  }
  if (wild) note_wildcards(here);
  return names;
}

bool TreeWalk::keep(const Node& parent, const Node& child) const {
  if (!child.children.empty() || child.pin || child.to_create || child.stand_in) return true;
  if (child.kind == FileKind::missing) return false;
  if (child.kind == FileKind::socket && !options_.interests.empty()) return true;
  return child.self != parent.below ||
         (child.kind == FileKind::directory && child.below != parent.below);
}

void TreeWalk::fill(Place& here) {
  for (const auto& [name, kind] : names_to_visit(here)) visit(here, name, kind);
}

void TreeWalk::visit(Place& here, const std::string& name, FileKind kind) {
  Node node;
  node.path = join(here.node->path, name);
  node.name = name;
  node.kind = kind;
  Place child{&node, enter(tree_.tracks, here.standing, name), {}, Access::none};
  if (node.path == "/proc" || node.path == "/dev") {
    drop_wildcards_from_above(tree_.tracks, child.standing);
  }
  // Most directories stand exactly as the one above: `**` consumed one more name.
  child.outlook = child.standing == here.standing && here.node->path != "/"
                      ? here.outlook
                      : outlook(tree_.tracks, child.standing);
  node.self = child.outlook.self;
  node.below = child.outlook.below;
  // Nothing is below what is no directory: a link's target has a path of its own.
  if (kind != FileKind::directory && kind != FileKind::missing) node.below = node.self;
  child.region =
      kind == FileKind::missing ? std::min(here.region, node.below.access) : node.below.access;
  const bool less =
      node.self.access < here.node->below.access || node.below.access < here.node->below.access;
  node.rules = rules_holding(tree_.tracks, child.standing, less);
  if (kind == FileKind::link) {
    visit_link(here, child);
  } else if (kind == FileKind::missing) {
    visit_missing(here, child);
  } else if (kind == FileKind::directory) {
    fill(child);
    hide_listing(child);
  }
  if (keep(*here.node, node)) here.node->children.push_back(std::move(node));
}

}  // namespace sbxc::bwrap
