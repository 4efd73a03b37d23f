#include "backends/bwrap/tree_walk.h"

#include <algorithm>

namespace sbxc::bwrap {
namespace {

constexpr size_t kMissingBeforeListing = 16;
constexpr size_t kMostNames = 500;  // takes as long as some 80 looks

bool is_ascii(std::string_view name) {
  return std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Under /sys a wildcard would list a hundred thousand names made up by the kernel; patterns that
// spell out more than /sys itself are followed as anywhere.
bool is_made_up(const std::string& path) { return path == "/sys"; }

// The sandbox has a /proc and a /dev of its own, also where the policy tells them from nothing: the
// machine's show every process and every disk.
bool is_own(const Node& node) {
  return node.kind == FileKind::directory && (node.path == "/proc" || node.path == "/dev");
}

// What patterns from above (`/**/NAME`) say about the names in this machine's is of no interest,
// and listing those would be misleading.
void drop_wildcards_from_above(const std::vector<Track>& tracks, Standing& standing) {
  std::erase_if(standing, [&](const TrackState& state) {
    const Track& track = tracks[state.track];
    return track.glob.literal_depth() == 0 && !holds_all_below(state);
  });
}

}  // namespace

RememberingView::Asked& RememberingView::asked_in(std::string_view directory) {
  if (asked_last_ == nullptr || asked_last_->first != directory) {
    asked_last_ = &*asked_.try_emplace(std::string(directory)).first;
  }
  return asked_last_->second;
}

FileKind RememberingView::kind(const std::string& path) {
  const size_t slash = path.rfind('/');
  Asked& asked = asked_in(std::string_view(path).substr(0, slash));
  if (asked.all_names) {
    const std::string_view name = std::string_view(path).substr(slash + 1);
    if (is_ascii(name) && !std::ranges::binary_search(*asked.all_names, name)) {
      return FileKind::missing;
    }
  }
  const auto [found, fresh] = kinds_.try_emplace(path, FileKind::missing);
  if (!fresh) return found->second;
  found->second = files_.kind(path);
  if (found->second == FileKind::missing && ++asked.missing == kMissingBeforeListing) {
    asked.all_names = files_.all_names(parent_of(path), kMostNames);
  }
  return found->second;
}

const RememberingView::Link& RememberingView::link(const std::string& path) {
  const auto [found, fresh] = links_.try_emplace(path);
  if (fresh) found->second = {files_.read_link(path), resolve_links(files_, path)};
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

TreeWalk::Place TreeWalk::root() {
  Place root{&tree_.root, Stand::make(tree_.tracks, names_, standing_at_root(names_)),
             Access::none};
  root.node->path = "/";
  root.node->kind = FileKind::directory;
  root.node->self = root.stand->outlook().self;
  root.node->below = root.stand->outlook().below;
  root.region = root.node->below.access;
  return root;
}

void TreeWalk::run() {
  Place root = this->root();
  root.node->rules = rules_holding(tree_.tracks, root.stand->standing(), false);
  note_hidden_sockets(root);
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
  const std::vector<RuleId> rules = rules_holding(tree_.tracks, here.stand->standing(), false);
  note_out_of_sight(here);
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
    child.rules = rules;
    child.link_target = view_.files().read_link(child.path).value_or("");
    node.children.push_back(std::move(child));
  }
  std::ranges::sort(node.children, {}, &Node::name);
}

void TreeWalk::add_listed(const Place& here, Names& names) {
  const std::vector<DirectoryEntry>* entries = view_.list(here.node->path);
  if (entries != nullptr) {
    const bool everywhere = here.stand->searches_everywhere();
    for (const DirectoryEntry& entry : *entries) {
      const bool below = everywhere && entry.kind == FileKind::directory;
      if (below || here.stand->names(entry.name)) names.emplace(entry.name, entry.kind);
    }
    return;
  }
  here.node->listing_failed = true;
  // Names that are spelt out can be opened without listing.
  for (const std::string_view name : here.stand->behind_any()) {
    const FileKind kind = view_.kind(join(here.node->path, name));
    if (kind != FileKind::missing) names.emplace(name, kind);
  }
  if (!view_.limit_met()) return;
  if (tree_.over_limit_at.empty()) tree_.over_limit_at = here.node->path;
  for (const Pending& pending : here.stand->outlook().pending) {
    const Track& track = tree_.tracks[pending.track];
    if (!track.glob.is_literal() && !track.glob.is_subtree()) {
      tree_.over_limit.push_back(track.rule);
    }
  }
}

// Whether no wildcard gives anything here that names below lack: then the mounts need not know
// which names there are. A checkout with all its packages need not be listed before each start, and
// holds no mount points that could not be renamed or removed.
bool TreeWalk::may_leave_to_broker(const Place& here) const {
  if (!options_.brokered || here.region == Access::none) return false;
  for (const Pending& pending : here.stand->outlook().pending) {
    const Track& track = tree_.tracks[pending.track];
    const bool denial = track.effect == Effect::deny;
    // Which programs there are to grant is for the list, and the list is made now.
    if (track.operation == Operation::exec) return false;
    // An exception to a denial gives back no more than what is there without the denial.
    const bool nothing_to_give = denial && here.region == Access::write;
    if (!track.restricts() && !nothing_to_give) return false;
  }
  return true;
}

void TreeWalk::leave_to_broker(const Place& here) {
  if (tree_.left_at.empty()) tree_.left_at = here.node->path;
  for (const Pending& pending : here.stand->outlook().pending) {
    const Track& track = tree_.tracks[pending.track];
    if (!track.glob.is_literal() && !track.glob.is_subtree()) {
      tree_.left_to_broker.push_back(track.rule);
    }
  }
}

TreeWalk::Names TreeWalk::names_to_visit(const Place& here) {
  Names names;
  const bool exists = here.node->kind == FileKind::directory && !here.node->to_create;
  for (const std::string_view name : here.stand->spelt()) {
    names.emplace_hint(names.end(), name, FileKind::missing);
  }
  if (exists) {
    const std::string prefix = here.node->path == "/" ? "/" : here.node->path + "/";
    for (auto at = std::ranges::lower_bound(options_.interests, prefix);
         at != options_.interests.end() && at->starts_with(prefix); ++at) {
      const size_t end = at->find('/', prefix.size());
      names.emplace(at->substr(prefix.size(), end - prefix.size()), FileKind::missing);
    }
    if (here.node->path == "/") {
      for (const char* name : {"dev", "proc"}) names.emplace(name, FileKind::missing);
    }
    if (is_below(here.node->path, "/dev/shm") && options_.start_directory.starts_with(prefix)) {
      const std::string_view rest =
          std::string_view(options_.start_directory).substr(prefix.size());
      names.emplace(rest.substr(0, rest.find('/')), FileKind::missing);
    }
    for (auto& [name, kind] : names) kind = view_.kind(join(here.node->path, name));
    const bool listed = here.stand->wants_listing() && !is_made_up(here.node->path);
    if (listed && may_leave_to_broker(here)) {
      leave_to_broker(here);
    } else if (listed) {
      add_listed(here, names);
    }
  }
  if (here.stand->wants_listing()) note_wildcards(here);
  return names;
}

bool TreeWalk::keep(const Node& parent, const Node& child) const {
  if (is_own(child) && parent.below.access != Access::none) return true;
  if (!child.children.empty() || child.pin || child.to_create || child.stand_in) return true;
  if (child.kind == FileKind::missing) return false;
  if (!child.missing_program.empty()) return true;
  if (child.kind == FileKind::socket && !options_.interests.empty()) return true;
  return child.self != parent.below ||
         (child.kind == FileKind::directory && child.below != parent.below);
}

void TreeWalk::fill(Place& here) {
  for (const auto& [name, kind] : names_to_visit(here)) {
    if (!turns_nothing(here, name, kind)) visit(here, name, kind);
  }
}

// Nothing is allowed here, and nothing is by the name: what is denied is denied already.
bool TreeWalk::turns_nothing(const Place& here, const std::string& name, FileKind kind) {
  if (kind != FileKind::missing && kind != FileKind::file) return false;
  if (here.region != Access::none || here.node->below != Rights{}) return false;
  return here.stand->grants_nothing(name);
}

// What the policy says of a name, and of what is below it.
TreeWalk::Place TreeWalk::child_of(const Place& here, Node& node, const std::string& name,
                                   FileKind kind) {
  node.path = join(here.node->path, name);
  node.name = name;
  node.kind = kind;
  Place child{&node, here.stand->enter(name), Access::none};
  if (node.path == "/proc" || node.path == "/dev") {
    if (node.path == "/dev") in_dev_ = child.stand;
    Standing own = child.stand->standing();
    drop_wildcards_from_above(tree_.tracks, own);
    child.stand = Stand::make(tree_.tracks, names_, std::move(own));
  }
  // A directory in there is somebody's work, like any other.
  const bool works = here.node->path == "/dev/shm" && kind == FileKind::directory && in_dev_;
  if (works && child.stand->outlook().below.access == Access::write) {
    child.stand = in_dev_->enter("shm")->enter(name);
  }
  node.self = child.stand->outlook().self;
  node.below = child.stand->outlook().below;
  // Nothing is below what is no directory: a link's target has a path of its own.
  if (kind != FileKind::directory && kind != FileKind::missing) node.below = node.self;
  child.region = kind == FileKind::missing ? here.region : node.below.access;
  return child;
}

void TreeWalk::visit(Place& here, const std::string& name, FileKind kind) {
  Node node;
  Place child = child_of(here, node, name, kind);
  const bool less =
      node.self.access < here.node->below.access || node.below.access < here.node->below.access;
  note_shared_memory(child);
  if (kind == FileKind::link) {
    visit_link(here, child);
  } else if (kind == FileKind::missing) {
    visit_missing(here, child);
  } else if (kind == FileKind::directory) {
    // All else in there is the sandbox's own memory; where the command starts is not.
    node.pin = is_below(node.path, "/dev/shm") && node.path == options_.start_directory;
    note_directory_for_program(here, child);
    fill(child);
    hide_listing(child);
  }
  if (kind != FileKind::missing) note_hidden_sockets(child);
  if (kind != FileKind::directory && kind != FileKind::missing) imagine_directory(here, child);
  if (!keep(*here.node, node)) return;
  node.rules = rules_holding(tree_.tracks, child.stand->standing(), less);
  here.node->children.push_back(std::move(node));
}

// Rules for names wherever they stand are dropped in /dev, whose files the kernel makes; but the
// sandbox's own shared memory is empty at first, and the command makes what is there.
void TreeWalk::note_shared_memory(const Place& shared) {
  if (shared.node->path != "/dev/shm" || !in_dev_) return;
  if (shared.node->below.access != Access::write) return;
  note_wildcards({shared.node, in_dev_->enter("shm"), Access::write});
}

}  // namespace sbxc::bwrap
