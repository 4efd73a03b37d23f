// What is said of every host and port: the exact counterpart of an automaton for `connect` and
// `listen`, without byte automata. Names live in a tree of labels read from the right; each node
// says what holds for exactly its name, and for the names below it that no other node mentions.
// Addresses are sorted ranges. Whoever decides hosts makes one (a policy, a table read back), and
// then any two can be joined, as automata are by their product.
//
// Left out: resolving names (law 10 gives that to the proxy), and the limits of 63 bytes a label
// and 253 a name.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/decisions/port_map.h"

namespace sbxc {

class HostSpace {
 public:
  enum class Leaf : uint32_t {};
  enum class Node : uint32_t {};
  static constexpr Node kRoot{0};  // the empty name: below it are all names

  struct NameNode {
    Node parent{};
    uint32_t text_begin = 0;
    uint32_t text_size = 0;
    Leaf exact{};
    Leaf below{};
  };
  struct AddressPiece {  // reaches to the next piece
    IpAddress from;
    Leaf leaf{};
  };

  // kOutside for what is no canonical request.
  automata::Label decide(const HostRequest& request) const;

  const PortMap& ports(Leaf leaf) const { return leaves_[static_cast<size_t>(leaf)]; }
  size_t leaf_count() const { return leaves_.size(); }
  // INVARIANT: a parent stands before its children; the root is the first.
  std::span<const NameNode> nodes() const { return nodes_; }
  const NameNode& node(Node id) const { return nodes_[static_cast<size_t>(id)]; }
  std::string_view label_of(Node id) const;
  std::string name_of(Node id) const;  // `a.example.com`
  std::optional<Node> child(Node parent, std::string_view label) const;
  // Pieces from the family's first address on.
  std::span<const AddressPiece> addresses(bool v6) const { return v6 ? v6_ : v4_; }

 private:
  friend class HostSpaceBuilder;
  Leaf leaf_of_name(std::string_view name) const;
  size_t slot_of(Node parent, std::string_view label) const;

  std::vector<PortMap> leaves_;
  std::vector<NameNode> nodes_;
  std::string text_;         // the nodes' labels
  std::vector<Node> table_;  // open addressing by parent and label; kRoot is an empty slot
  std::vector<AddressPiece> v4_;
  std::vector<AddressPiece> v6_;
};

// In any order; what nobody sets is as the name above says of the names below it.
class HostSpaceBuilder {
 public:
  // Of names, and of addresses.
  HostSpaceBuilder(const PortMap& names, const PortMap& addresses);

  HostSpace::Leaf leaf(const PortMap& ports);
  HostSpace::Node node(std::string_view canonical_name);  // made when it is new; "" is the root
  HostSpace::Node child(HostSpace::Node parent, std::string_view label);  // likewise
  size_t node_count() const { return space_.nodes_.size(); }
  HostSpace::Node parent_of(HostSpace::Node node) const { return space_.node(node).parent; }

  void set_exact(HostSpace::Node node, HostSpace::Leaf leaf);
  void set_below(HostSpace::Node node, HostSpace::Leaf leaf);
  // Later calls win over earlier ones.
  void set_addresses(const IpAddress& first, const IpAddress& last, HostSpace::Leaf leaf);
  // All pieces of a family at once, from its first address on.
  void set_pieces(bool v6, std::vector<HostSpace::AddressPiece> pieces);

  HostSpace build() &&;

 private:
  void grow();

  HostSpace space_;
  std::vector<std::optional<HostSpace::Leaf>> exact_;
  std::vector<std::optional<HostSpace::Leaf>> below_;
  std::unordered_map<std::string, HostSpace::Leaf> known_;  // by the bytes of the pieces
};

// One space that says of every host and port what `label` makes of the two.
using JoinLabels = std::function<automata::Label(automata::Label, automata::Label)>;
HostSpace product(const HostSpace& a, const HostSpace& b, const JoinLabels& label);

}  // namespace sbxc
