// What is asked of paths and what is shown there, side by side: every pair of the two that some
// canonical path leads to, with one such path. Breadth first, by names.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "backends/bwrap/read/asked_space.h"
#include "backends/bwrap/read/path_claims.h"
#include "backends/bwrap/read/place_tree.h"

namespace sbxc::bwrap_read {

class JointWalk {
 public:
  enum class Pair : uint32_t {};

  struct Spot {  // where a path leads
    AskedState asked{};
    PlaceTree::At place{};
  };

  // Both have to outlive it. Nothing when more than `states` pairs were met.
  static std::optional<JointWalk> of(AskedSpace& asked, const PlaceTree& places, size_t states);

  size_t size() const { return nodes_.size(); }
  // Those that stand for a path; the others group what lies ahead of several.
  bool is_path(size_t node) const { return !nodes_[node].shared; }
  Asked at(size_t node) const { return asked_of(nodes_[node].spot); }
  std::string path(size_t node) const;

  Spot root() const { return {asked_->root(), places_->root()}; }
  Spot step(const Spot& from, std::string_view name) const {
    return {asked_->step(from.asked.ahead, name), places_->step(from.place, name)};
  }
  Spot find(std::string_view path) const;
  Asked asked_of(const Spot& spot) const { return {spot.asked.bits, places_->shown(spot.place)}; }
  // None where nothing is compared.
  std::optional<size_t> node_of(const Spot& spot) const;
  // Whether the same holds at both and below them.
  static bool is_same(const Spot& a, const Spot& b);

  // For each node whether a name or more further on some path is at a `wanted` node.
  std::vector<bool> leads_to(const std::vector<bool>& wanted) const;

 private:
  struct Node {
    Spot spot{};
    size_t before = 0;
    std::string name{};
    bool shared = false;  // what is ahead of all that share a base and a region
  };
  struct Shared {
    size_t node = 0;
    std::vector<LiteralId> names{};  // not looked at yet
    std::vector<Words> done{};       // classes, by the groups of the base that match
    size_t classes = 0;
  };

  JointWalk(AskedSpace& asked, const PlaceTree& places) : asked_(&asked), places_(&places) {}
  bool run(size_t states);
  bool expand(size_t at);
  bool is_uniform(Shown below) const;
  std::vector<std::string> own_names(const Spot& spot, const Ahead& ahead, const Base& base) const;
  void add(size_t from, size_t before, std::string_view name);
  size_t add_node(Node node);
  bool add_classes(size_t at, const std::vector<std::string>& own, Shared* shared);
  Shared& shared_of(const Spot& spot);
  void add_shared_names(size_t at, const std::vector<std::string>& own, Shared& shared);

  AskedSpace* asked_;
  const PlaceTree* places_;
  std::vector<Node> nodes_;
  std::vector<std::pair<uint32_t, uint32_t>> edges_;
  std::unordered_map<Words, size_t, WordsHash> known_;
  std::unordered_map<Words, Shared, WordsHash> shared_;
};

}  // namespace sbxc::bwrap_read
