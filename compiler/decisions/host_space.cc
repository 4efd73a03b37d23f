// Finding a name: its labels from the right, each a look into one hash table of all nodes. The
// product walks the nodes of both in order, knowing for each the place of the same name in the
// other: a node, or how far up the other stopped, whose `below` then says everything.
#include "compiler/decisions/host_space.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "compiler/decisions/address_range.h"
#include "compiler/pattern/host_name.h"

namespace sbxc {

namespace {

using Leaf = HostSpace::Leaf;
using Node = HostSpace::Node;
using AddressPiece = HostSpace::AddressPiece;

// The last label of `name`, which is then cut off.
std::string_view take_label(std::string_view& name) {
  const size_t dot = name.rfind('.');
  const std::string_view label = dot == std::string_view::npos ? name : name.substr(dot + 1);
  name = dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
  return label;
}

size_t hash_of(Node parent, std::string_view label) {  // FNV-1a (64 bits) behind the parent
  uint64_t hash =
      0xcbf29ce484222325U ^ (uint64_t{static_cast<uint32_t>(parent)} * 0x9E3779B97F4A7C15U);
  for (const char c : label) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return static_cast<size_t>(hash ^ hash >> 29);
}

Leaf leaf_at(std::span<const AddressPiece> pieces, const IpAddress& address) {
  const auto after = std::upper_bound(
      pieces.begin(), pieces.end(), address,
      [](const IpAddress& value, const AddressPiece& piece) { return value < piece.from; });
  return std::prev(after)->leaf;
}

void merge_equal_neighbours(std::vector<AddressPiece>& pieces) {
  const auto end =
      std::unique(pieces.begin(), pieces.end(),
                  [](const AddressPiece& a, const AddressPiece& b) { return a.leaf == b.leaf; });
  pieces.erase(end, pieces.end());
}

}  // namespace

std::string_view HostSpace::label_of(Node id) const {
  return std::string_view(text_).substr(node(id).text_begin, node(id).text_size);
}

std::string HostSpace::name_of(Node id) const {
  std::string name;
  for (; id != kRoot; id = node(id).parent) {
    if (!name.empty()) name += '.';
    name += label_of(id);
  }
  return name;
}

// The slot of the child, or the empty one where it would be.
size_t HostSpace::slot_of(Node parent, std::string_view label) const {
  const size_t mask = table_.size() - 1;
  size_t slot = hash_of(parent, label) & mask;
  while (table_[slot] != kRoot &&
         (node(table_[slot]).parent != parent || label_of(table_[slot]) != label)) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

std::optional<Node> HostSpace::child(Node parent, std::string_view label) const {
  const Node found = table_[slot_of(parent, label)];
  return found == kRoot ? std::nullopt : std::optional(found);
}

Leaf HostSpace::leaf_of_name(std::string_view name) const {
  Node at = kRoot;
  while (!name.empty()) {
    const auto next = child(at, take_label(name));
    if (!next) return node(at).below;
    at = *next;
  }
  return node(at).exact;
}

automata::Label HostSpace::decide(const HostRequest& request) const {
  if (const auto* address = std::get_if<IpAddress>(&request.host)) {
    return label_at(ports(leaf_at(addresses(address->v6), *address)), request.port);
  }
  const auto& name = std::get<std::string>(request.host);
  if (canonical_host_name(name) != name) return automata::kOutside;
  return label_at(ports(leaf_of_name(name)), request.port);
}

HostSpaceBuilder::HostSpaceBuilder(const PortMap& names, const PortMap& addresses) {
  space_.table_.assign(64, HostSpace::kRoot);
  space_.nodes_.emplace_back();
  exact_.emplace_back(leaf(every_port(automata::kOutside)));  // the empty name is none
  below_.emplace_back(leaf(names));
  space_.v4_.push_back({every_address(false).first, leaf(addresses)});
  space_.v6_.push_back({every_address(true).first, leaf(addresses)});
}

Leaf HostSpaceBuilder::leaf(const PortMap& ports) {
  std::string key;
  for (const PortPiece& piece : ports) {
    std::array<char, 6> bytes{};
    const auto label = static_cast<uint32_t>(piece.label);
    std::memcpy(bytes.data(), &piece.low, 2);
    std::memcpy(bytes.data() + 2, &label, 4);
    key.append(bytes.data(), bytes.size());
  }
  const auto [found, fresh] = known_.try_emplace(std::move(key));
  if (fresh) {
    found->second = static_cast<Leaf>(space_.leaves_.size());
    space_.leaves_.push_back(ports);
  }
  return found->second;
}

Node HostSpaceBuilder::node(std::string_view canonical_name) {
  Node at = HostSpace::kRoot;
  while (!canonical_name.empty()) at = child(at, take_label(canonical_name));
  return at;
}

Node HostSpaceBuilder::child(Node parent, std::string_view label) {
  const size_t slot = space_.slot_of(parent, label);
  if (space_.table_[slot] != HostSpace::kRoot) return space_.table_[slot];
  const auto fresh = static_cast<Node>(space_.nodes_.size());
  space_.nodes_.push_back({parent, static_cast<uint32_t>(space_.text_.size()),
                           static_cast<uint32_t>(label.size()), Leaf{}, Leaf{}});
  space_.text_ += label;
  exact_.emplace_back();
  below_.emplace_back();
  space_.table_[slot] = fresh;
  if (space_.nodes_.size() * 2 > space_.table_.size()) grow();
  return fresh;
}

void HostSpaceBuilder::grow() {
  space_.table_.assign(space_.table_.size() * 4, HostSpace::kRoot);
  for (size_t i = 1; i < space_.nodes_.size(); ++i) {
    const auto id = static_cast<Node>(i);
    space_.table_[space_.slot_of(space_.node(id).parent, space_.label_of(id))] = id;
  }
}

void HostSpaceBuilder::set_exact(Node node, Leaf leaf) { exact_[static_cast<size_t>(node)] = leaf; }
void HostSpaceBuilder::set_below(Node node, Leaf leaf) { below_[static_cast<size_t>(node)] = leaf; }

void HostSpaceBuilder::set_addresses(const IpAddress& first, const IpAddress& last, Leaf leaf) {
  std::vector<AddressPiece>& pieces = first.v6 ? space_.v6_ : space_.v4_;
  const auto behind = next(last);
  const Leaf then = behind ? leaf_at(pieces, *behind) : Leaf{};
  const auto below = [](const AddressPiece& piece, const IpAddress& value) {
    return piece.from < value;
  };
  const auto begin = std::lower_bound(pieces.begin(), pieces.end(), first, below);
  const auto end = behind ? std::upper_bound(pieces.begin(), pieces.end(), *behind,
                                             [](const IpAddress& value, const AddressPiece& p) {
                                               return value < p.from;
                                             })
                          : pieces.end();
  const auto at = pieces.erase(begin, end);
  const auto inserted = pieces.insert(at, {first, leaf});
  if (behind) pieces.insert(std::next(inserted), {*behind, then});
}

void HostSpaceBuilder::set_pieces(bool v6, std::vector<AddressPiece> pieces) {
  (v6 ? space_.v6_ : space_.v4_) = std::move(pieces);
}

HostSpace HostSpaceBuilder::build() && {
  for (size_t i = 0; i < space_.nodes_.size(); ++i) {
    HostSpace::NameNode& node = space_.nodes_[i];
    const Leaf above = space_.node(node.parent).below;  // set already: a parent comes first
    node.exact = exact_[i].value_or(above);
    node.below = below_[i].value_or(above);
  }
  const AddressRange mapped = mapped_addresses();
  set_addresses(mapped.first, mapped.last, leaf(every_port(automata::kOutside)));
  merge_equal_neighbours(space_.v4_);
  merge_equal_neighbours(space_.v6_);
  return std::move(space_);
}

namespace {

class Product {
 public:
  Product(const HostSpace& a, const HostSpace& b, const JoinLabels& label)
      : a_(a), b_(b), label_(label), out_(PortMap{{1, {}}}, PortMap{{1, {}}}) {}

  HostSpace run() && {
    join_names(a_, b_, Order::a_first);
    join_names(b_, a_, Order::b_first);
    for (const bool v6 : {false, true}) join_addresses(v6);
    return std::move(out_).build();
  }

 private:
  enum class Order : bool { a_first, b_first };
  struct Place {  // of a name of the one in the other
    Node node;    // the name's own, or the last one above it
    bool is_exact;
  };

  Leaf join_leaves(Leaf a, Leaf b) {
    const uint64_t key = uint64_t{static_cast<uint32_t>(a)} << 32 | static_cast<uint32_t>(b);
    const auto [found, fresh] = joined_.try_emplace(key);
    if (fresh) found->second = out_.leaf(join(a_.ports(a), b_.ports(b), label_));
    return found->second;
  }
  Leaf join_leaves(Leaf mine, Leaf others, Order order) {
    return order == Order::a_first ? join_leaves(mine, others) : join_leaves(others, mine);
  }

  void join_names(const HostSpace& mine, const HostSpace& other, Order order) {
    std::vector<Place> places{{HostSpace::kRoot, true}};
    std::vector<Node> made{HostSpace::kRoot};
    for (size_t i = 0; i < mine.nodes().size(); ++i) {
      const auto id = static_cast<Node>(i);
      const HostSpace::NameNode& node = mine.nodes()[i];
      if (i > 0) {
        Place place = places[static_cast<size_t>(node.parent)];
        const auto same =
            place.is_exact ? other.child(place.node, mine.label_of(id)) : std::nullopt;
        places.push_back(same ? Place{*same, true} : Place{place.node, false});
        made.push_back(out_.child(made[static_cast<size_t>(node.parent)], mine.label_of(id)));
      }
      const Place& place = places.back();
      const HostSpace::NameNode& there = other.node(place.node);
      out_.set_exact(made[i],
                     join_leaves(node.exact, place.is_exact ? there.exact : there.below, order));
      out_.set_below(made[i], join_leaves(node.below, there.below, order));
    }
  }

  void join_addresses(bool v6) {
    const auto a = a_.addresses(v6);
    const auto b = b_.addresses(v6);
    std::vector<AddressPiece> pieces;
    for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
      pieces.push_back({std::max(a[i].from, b[j].from), join_leaves(a[i].leaf, b[j].leaf)});
      const bool a_ends = i + 1 < a.size() && (j + 1 == b.size() || a[i + 1].from <= b[j + 1].from);
      const bool b_ends = j + 1 < b.size() && (i + 1 == a.size() || b[j + 1].from <= a[i + 1].from);
      if (!a_ends && !b_ends) break;
      if (a_ends) ++i;
      if (b_ends) ++j;
    }
    out_.set_pieces(v6, std::move(pieces));
  }

  const HostSpace& a_;
  const HostSpace& b_;
  const JoinLabels& label_;
  HostSpaceBuilder out_;
  std::unordered_map<uint64_t, Leaf> joined_;
};

}  // namespace

HostSpace product(const HostSpace& a, const HostSpace& b, const JoinLabels& label) {
  return Product(a, b, label).run();
}

}  // namespace sbxc
