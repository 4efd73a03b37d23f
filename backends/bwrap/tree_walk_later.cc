// What the policy says about names that do not exist yet. A mount needs something to be mounted on,
// so such a rule is either held by somebody who watches (the broker), or by a stand-in that is made
// before the start and removed afterwards, or it is not held; for an allowance it means that the
// name stays out of sight until the next start.
#include <algorithm>

#include "backends/bwrap/tree_walk.h"

namespace sbxc::bwrap {
namespace {

// Names whose mere existence changes what a tool does: an empty `commondir` stops git altogether.
bool harmful_as_stand_in(std::string_view name) { return name == "commondir" || name == "gitdir"; }

// Files there are made by the kernel alone: what a kernel lacks now, it lacks later. Anybody makes
// files in /dev/shm.
bool is_kernels(const std::string& path) {
  if (path.starts_with("/dev/shm/")) return false;
  return is_below(path, "/proc") || is_below(path, "/sys") || is_below(path, "/dev");
}

std::string example_name(const NameGlob& glob) {
  std::string name;
  for (const NameAtom& atom : glob.atoms) {
    if (const auto* literal = std::get_if<Literal>(&atom)) {
      name += literal->bytes;
    } else if (const auto* set = std::get_if<ByteSet>(&atom)) {
      // The first byte that reads well: a letter, a digit, whatever is left.
      const auto pick = [&](char from, char to) {
        for (char c = from; c <= to; ++c) {
          if (set->test(static_cast<unsigned char>(c))) return c;
        }
        return '\0';
      };
      char c = pick('a', 'z');
      if (c == '\0') c = pick('A', 'Z');
      if (c == '\0') c = pick('0', '9');
      if (c == '\0') c = pick('!', '~');
      name += c == '\0' ? 'x' : c;
    } else {
      name += "new";
    }
  }
  return name == "." || name == ".." ? name + "new" : name;
}

// Whether something below is made before the start, and this directory with it.
bool leads_to_made(const Node& node) {
  return std::ranges::any_of(
      node.children, [](const Node& child) { return child.to_create || leads_to_made(child); });
}

}  // namespace

std::string example_path(const std::string& directory, const PathGlob& glob, size_t from) {
  std::string path = directory;
  for (size_t i = from; i < glob.components.size(); ++i) {
    const auto* name = std::get_if<NameGlob>(&glob.components[i]);
    if (name != nullptr) {
      path = join(path, example_name(*name));
    } else {
      path = join(path, i + 1 == glob.components.size() ? "file" : "new");
    }
  }
  return path;
}

bool TreeWalk::is_noted(RuleId rule, LaterKind kind, Operation operation) const {
  return std::ranges::any_of(tree_.later, [&](const Later& later) {
    return later.rule == rule && later.kind == kind && later.operation == operation;
  });
}

void TreeWalk::note(RuleId rule, LaterKind kind, Operation operation, const std::string& example) {
  if (!is_noted(rule, kind, operation)) tree_.later.push_back({rule, kind, operation, example});
}

// What would go wrong with a name that appears in `here` and that the pending track is about.
std::optional<TreeWalk::Open> TreeWalk::what_opens(const Place& here,
                                                   const Pending& pending) const {
  const Track& track = tree_.tracks[pending.track];
  Rights now = here.node->below;
  now.access = here.region;
  if (track.restricts()) {
    const bool inside = now.access == Access::write;
    const LaterKind kind = inside ? LaterKind::made_inside : LaterKind::made_outside;
    const bool seen = now.access != Access::none;
    // Not only what rules about reading take away: writing's allowance lets be read as well.
    if (pending.reads && seen) return Open{kind, Operation::read};
    if (pending.writes && inside) return Open{kind, Operation::write};
    if (pending.execs && now.exec && track.operation == Operation::exec) {
      return Open{kind, Operation::exec};
    }
    return std::nullopt;
  }
  constexpr LaterKind kHidden = LaterKind::not_visible;
  if (pending.reads && now.access == Access::none) return Open{kHidden, Operation::read};
  if (pending.writes && now.access != Access::write && track.operation == Operation::write) {
    return Open{kHidden, Operation::write};
  }
  if (pending.execs && !now.exec && track.operation == Operation::exec) {
    return Open{kHidden, Operation::exec};
  }
  if (pending.sockets && now.access == Access::none) return Open{kHidden, Operation::socket};
  return std::nullopt;
}

void TreeWalk::note_wildcards(const Place& here) {
  if (!noted_.emplace(here.stand, here.region).second) return;
  const bool exists = here.node->kind == FileKind::directory && !here.node->to_create;
  for (const Pending& pending : here.stand->outlook().pending) {
    const Track& track = tree_.tracks[pending.track];
    const PathGlob& glob = track.glob;
    const std::optional<Open> open = what_opens(here, pending);
    if (!open || is_noted(track.rule, open->kind, open->operation)) continue;
    size_t wild = glob.components.size();
    const Positions& at = find_state(here.stand->standing(), pending.track)->at;
    at.for_each_before(wild, [&](size_t position) {
      if (position >= wild) return;
      const auto* name = std::get_if<NameGlob>(&glob.components[position]);
      if (name == nullptr || !only_name(*name)) wild = position;
    });
    if (wild == glob.components.size()) continue;
    // The nearest name that could come up: in this directory, unless it is there already.
    std::string example = example_path(here.node->path, glob, wild);
    if (is_any(glob.components[wild]) && wild + 1 < glob.components.size()) {
      std::string near = example_path(here.node->path, glob, wild + 1);
      if (!exists || view_.kind(near) == FileKind::missing) example = std::move(near);
    }
    note(track.rule, open->kind, open->operation, example);
  }
}

// Whatever appears in an empty directory of the sandbox's own, and below what appears.
void TreeWalk::note_out_of_sight(const Place& here) {
  for (const TrackState& state : here.stand->standing()) {
    const Track& track = tree_.tracks[state.track];
    const bool goes_on = holds_all_below(state) || state.view.pending;
    if (track.restricts() || !goes_on || track.operation == Operation::exec) continue;
    note(track.rule, LaterKind::not_visible, track.operation, join(here.node->path, "new"));
  }
}

bool TreeWalk::make_stand_in(Place& here, Place& child, const std::vector<RuleId>& rules) {
  if (!options_.stand_ins || imagining_ || !denial_spells_out(child) ||
      harmful_as_stand_in(child.node->name)) {
    return false;
  }
  if (here.region != Access::write || rules.empty()) return false;
  const bool subtree = child.node->below.access != Access::write;
  child.node->kind = subtree || child.node->name == ".git" ? FileKind::directory : FileKind::file;
  child.node->stand_in = true;
  // It is empty: where it may not be listed nothing below it needs to be seen.
  if (child.node->self.access == Access::none) child.node->below = {};
  return true;
}

// A denial that names the place from the root on. `/**/NAME` does not: it would ask for a stand-in
// in every directory there is, and bubblewrap's start slows down with the square of its mounts.
bool TreeWalk::denial_spells_out(const Place& place) const {
  const std::string& path = place.node->path;
  const auto depth = static_cast<size_t>(std::ranges::count(path, '/'));
  return std::ranges::any_of(place.stand->standing(), [&](const TrackState& state) {
    const Track& track = tree_.tracks[state.track];
    return track.restricts() && track.glob.literal_depth() >= depth;
  });
}

// Whoever names the programs of `here` must not name all of them at once.
void TreeWalk::note_missing_program(Place& here, const Place& child) {
  const Node& node = *child.node;
  const auto refused = [](const Rights& rights) {
    return rights.access != Access::none && !rights.exec;
  };
  const bool runs = here.region != Access::none && here.node->below.exec;
  std::string& found = here.node->missing_program;
  if (!found.empty()) return;
  if (runs && refused(node.self)) {
    found = node.path;
  } else if (runs && refused(node.below)) {
    found = join(node.path, "program");
  } else {
    found = node.missing_program;
  }
}

// What is no directory can be replaced by one where the command may write: what the policy says of
// the names in it is then as if nothing were there now.
void TreeWalk::imagine_directory(Place& here, const Place& child) {
  const Node& node = *child.node;
  if (here.region != Access::write || node.self.access != Access::write) return;
  if (is_kernels(node.path)) return;
  Node imagined;
  imagined.path = node.path;
  imagined.name = node.name;
  imagined.self = node.self;
  imagined.below = child.stand->outlook().below;
  Place place{&imagined, child.stand, imagined.below.access};
  note_below_missing(here, place);
  const bool outermost = !imagining_;
  imagining_ = true;
  fill(place);
  if (outermost) imagining_ = false;
  note_missing_program(here, place);
}

// A denial of all below that excepts the missing name itself.
void TreeWalk::note_below_missing(const Place& here, const Place& child) {
  const Node& node = *child.node;
  if (node.below.access >= here.region) return;
  const Operation operation =
      node.below.access == Access::none ? Operation::read : Operation::write;
  const LaterKind kind =
      here.region == Access::write ? LaterKind::made_inside : LaterKind::made_outside;
  for (const TrackState& state : child.stand->standing()) {
    const Track& track = tree_.tracks[state.track];
    if (!track.restricts() || !holds_all_below(state)) continue;
    if (track.operation != Operation::read && track.operation != Operation::write) continue;
    note(track.rule, kind, operation, join(node.path, "new"));
  }
}

// Sockets that are allowed where nothing is shown: each that is there now is bound, and no other.
void TreeWalk::note_hidden_sockets(const Place& here) {
  const Node& node = *here.node;
  const auto hidden = [](const Rights& rights) {
    return rights.socket && rights.access == Access::none;
  };
  const bool itself = node.kind != FileKind::socket && hidden(node.self);
  const bool below = node.kind == FileKind::directory && hidden(node.below);
  if (!itself && !below) return;
  for (const TrackState& state : here.stand->standing()) {
    const Track& track = tree_.tracks[state.track];
    if (track.operation != Operation::socket || track.restricts()) continue;
    if (itself && holds_here(state)) {
      note(track.rule, LaterKind::not_visible, Operation::socket, node.path);
    } else if (below && holds_all_below(state)) {
      note(track.rule, LaterKind::not_visible, Operation::socket, join(node.path, "new"));
    }
  }
}

// A directory where a rule allows, or denies, a program of that name: one may take its place. That
// one has no grant if the directory above has none.
void TreeWalk::note_directory_for_program(Place& here, const Place& child) {
  const Node& node = *child.node;
  if (here.region != Access::write) return;
  if (!node.self.exec && node.self.access != Access::none && here.node->missing_program.empty()) {
    here.node->missing_program = here.node->below.exec ? node.path : "";
  }
  if (!node.self.exec || node.below.exec) return;
  for (const TrackState& state : child.stand->standing()) {
    const Track& track = tree_.tracks[state.track];
    if (track.operation != Operation::exec || track.restricts() || !holds_here(state)) {
      continue;
    }
    note(track.rule, LaterKind::not_visible, Operation::exec, node.path);
  }
}

void TreeWalk::visit_missing(Place& here, Place& child) {
  Node& node = *child.node;
  if (is_kernels(node.path)) return;
  const Access around = here.region;
  const auto gives_all_below = [&](const TrackState& state) {
    if (!holds_all_below(state)) return false;
    const Track& track = tree_.tracks[state.track];
    return track.operation == Operation::write && !track.restricts();
  };
  if (around != Access::write && node.self.access == Access::write &&
      node.below.access == Access::write &&
      std::ranges::any_of(child.stand->standing(), gives_all_below)) {
    node.kind = FileKind::directory;
    node.to_create = true;
    child.region = Access::write;
    fill(child);
    return;
  }
  if (node.self.access < around) {
    const std::vector<RuleId> rules = rules_holding(tree_.tracks, child.stand->standing(), true);
    const bool there = here.node->kind == FileKind::directory;
    // Nothing is to be gained from holding a directory for names that could come up anywhere.
    here.node->pin =
        here.node->pin || (there && around == Access::write && denial_spells_out(child));
    if (make_stand_in(here, child, rules)) {
      if (node.below.access == Access::none) note_out_of_sight(child);
      return;
    }
    const Operation operation =
        node.self.access == Access::none ? Operation::read : Operation::write;
    const LaterKind kind =
        around == Access::write ? LaterKind::made_inside : LaterKind::made_outside;
    for (const RuleId rule : rules) note(rule, kind, operation, node.path);
  }
  note_below_missing(here, child);
  if (node.self != here.node->below || node.below != here.node->below) {
    const std::vector<Pending>& pending = here.stand->outlook().pending;
    for (const TrackState& state : child.stand->standing()) {
      if (!holds_here(state)) continue;
      const Track& track = tree_.tracks[state.track];
      if (track.restricts()) continue;
      const auto found = std::ranges::lower_bound(pending, state.track, {}, &Pending::track);
      if (found == pending.end() || found->track != state.track) continue;
      const std::optional<Open> open = what_opens(here, *found);
      if (open) note(track.rule, open->kind, open->operation, node.path);
    }
  }
  fill(child);
  note_missing_program(here, child);
  const bool hidden = node.self.access == Access::none && around != Access::none;
  if (hidden && node.below.access != Access::none && leads_to_made(node)) note_out_of_sight(child);
  const bool for_stand_ins = std::ranges::any_of(node.children, &Node::stand_in);
  if (for_stand_ins) {
    node.kind = FileKind::directory;
    node.stand_in = true;
  }
}

}  // namespace sbxc::bwrap
