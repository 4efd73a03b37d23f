#include "backends/bwrap/read/place_tree.h"

#include "backends/bwrap/read/canonical.h"

namespace sbxc::bwrap_read {

// In the order of the map a directory comes before what is below it, if not at once before.
PlaceTree::PlaceTree(const std::map<std::string, Place>& places) {
  const auto root_place = places.find("/");
  const Shown nothing = Shown::absent;
  nodes_.push_back(root_place == places.end()
                       ? Node{nothing, nothing, {}}
                       : Node{root_place->second.self, root_place->second.below, {}});
  for (const auto& [path, place] : places) {
    if (path == "/") continue;
    size_t at = 0;
    for (const std::string& name : names_in(path)) {
      const Shown around = nodes_[at].below;
      const auto [next, fresh] =
          nodes_[at].names.try_emplace(name, At{static_cast<uint32_t>(nodes_.size()) + kRegions});
      const size_t to = static_cast<size_t>(next->second) - kRegions;
      if (fresh) nodes_.push_back({around, around, {}});
      at = to;
    }
    nodes_[at].self = place.self;
    nodes_[at].below = place.below;
  }
}

PlaceTree::At PlaceTree::step(At from, std::string_view name) const {
  if (is_region(from)) return from;
  const Node& here = node(from);
  const auto found = here.names.find(name);
  if (found != here.names.end()) return found->second;
  return At{static_cast<uint32_t>(here.below)};
}

Shown PlaceTree::shown(At at) const {
  return is_region(at) ? static_cast<Shown>(at) : node(at).self;
}

Shown PlaceTree::below(At at) const {
  return is_region(at) ? static_cast<Shown>(at) : node(at).below;
}

const std::map<std::string, PlaceTree::At, std::less<>>& PlaceTree::names(At at) const {
  static const std::map<std::string, At, std::less<>> none;
  return is_region(at) ? none : node(at).names;
}

}  // namespace sbxc::bwrap_read
