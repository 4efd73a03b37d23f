// The places of a mount table as a tree of names. Behind a name that it does not have lies a
// region: what is shown below the last place on the way, for good.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bwrap/read/mount_table.h"

namespace sbxc::bwrap_read {

class PlaceTree {
 public:
  enum class At : uint32_t {};  // a place, a name on the way to one, or a region

  explicit PlaceTree(const std::map<std::string, Place>& places);

  At root() const { return At{kRegions}; }
  At step(At from, std::string_view name) const;
  Shown shown(At at) const;
  // What surrounds names that the tree does not have.
  Shown below(At at) const;
  const std::map<std::string, At, std::less<>>& names(At at) const;

 private:
  static constexpr uint32_t kRegions = static_cast<uint32_t>(Shown::nothing_below) + 1;
  struct Node {
    Shown self{};
    Shown below{};
    std::map<std::string, At, std::less<>> names{};
  };
  static bool is_region(At at) { return static_cast<uint32_t>(at) < kRegions; }
  const Node& node(At at) const { return nodes_[static_cast<size_t>(at) - kRegions]; }

  std::vector<Node> nodes_;
};

}  // namespace sbxc::bwrap_read
