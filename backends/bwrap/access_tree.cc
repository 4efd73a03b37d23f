#include "backends/bwrap/access_tree.h"

#include <algorithm>

#include "backends/bwrap/tree_walk.h"

namespace sbxc::bwrap {
namespace {

// Each round follows one more link on some path; the kernel gives up after 40 of them too.
constexpr size_t kMaxRounds = 40;
constexpr size_t kMaxLinkTracks = 4096;

void sort_findings(AccessTree& tree) {
  const auto by_rule = [](const Later& a, const Later& b) {
    return std::tie(a.rule, a.kind, a.operation) < std::tie(b.rule, b.kind, b.operation);
  };
  std::ranges::stable_sort(tree.later, by_rule);
  for (std::vector<RuleId>* rules : {&tree.over_limit, &tree.left_to_broker}) {
    std::ranges::sort(*rules);
    rules->erase(std::unique(rules->begin(), rules->end()), rules->end());
  }
}

}  // namespace

AccessTree build_access_tree(const Policy& policy, const FileSystemView& files,
                             const TreeOptions& options) {
  std::vector<Track> tracks = tracks_of(policy);
  const size_t written = tracks.size();
  RememberingView view(files, options.entry_limit);
  for (size_t round = 0;; ++round) {
    AccessTree tree;
    tree.tracks = std::move(tracks);
    TreeWalk walk(tree, view, options);
    if (round == 0) {
      walk.look_for_links();
    } else {
      walk.run();
    }
    tree.entries_read = view.entries_read();
    const bool room = tree.tracks.size() < written + kMaxLinkTracks && round < kMaxRounds;
    if (round > 0 && (walk.found_tracks().empty() || !room)) {
      sort_findings(tree);
      return tree;
    }
    tracks = std::move(tree.tracks);
    add_tracks(tracks, std::move(walk.found_tracks()));
  }
}

Rights rights_at(const Node& root, std::string_view path) {
  const Node* node = &root;
  for (const std::string& name : components_of(path)) {
    const auto found = std::ranges::lower_bound(node->children, name, {}, &Node::name);
    if (found == node->children.end() || found->name != name) return node->below;
    node = &*found;
  }
  return node->self;
}

}  // namespace sbxc::bwrap
