// A trie of the places' bytes, with one state more for each kind of region: a word that leaves the
// trie stays in the region of the last place above it for good.
#include "backends/bwrap/read/place_language.h"

#include <array>
#include <optional>
#include <vector>

namespace sbxc::bwrap_read {
namespace {

using automata::ByteClasses;
using automata::Dfa;
using automata::Label;
using automata::State;

constexpr uint32_t kRegions = static_cast<uint32_t>(Shown::nothing_below) + 1;

Label label_of(Shown shown) { return Label{static_cast<uint32_t>(shown) + 1}; }

struct Trie {
  struct Node {
    std::map<uint8_t, uint32_t> next{};
    std::optional<Place> place{};
    Shown around{};  // what surrounds the name that this is part of
  };
  std::vector<Node> nodes{1};

  void add(const std::string& path, const Place& place) {
    uint32_t at = 0;
    for (const char c : path) {
      const auto byte = static_cast<uint8_t>(c);
      const auto [edge, fresh] =
          nodes[at].next.try_emplace(byte, static_cast<uint32_t>(nodes.size()));
      const uint32_t to = edge->second;
      if (fresh) nodes.emplace_back();
      at = to;
    }
    nodes[at].place = place;
  }
};

// Where a byte that the trie does not have leads from a node: the region below the node's place if
// the byte is a slash (or the node is the root), the region around it otherwise.
Shown region_behind(const Trie::Node& node, uint32_t index, uint32_t root, uint8_t byte) {
  if (node.place && (byte == '/' || index == root)) return node.place->below;
  return node.around;
}

ByteClasses classes_of(const Trie& trie) {
  std::array<bool, 256> used{};
  for (const Trie::Node& node : trie.nodes) {
    for (const auto& [byte, to] : node.next) used[byte] = true;
  }
  used['/'] = true;
  ByteClasses classes;
  for (size_t byte = 0; byte < used.size(); ++byte) {
    // Class 0 is all the others; NUL is one of them, so the classes suffice.
    if (used[byte]) classes.of[byte] = static_cast<uint8_t>(classes.count++);
  }
  return classes;
}

}  // namespace

Dfa language_of(const std::map<std::string, Place>& places) {
  Trie trie;
  for (const auto& [path, place] : places) trie.add(path, place);
  const ByteClasses classes = classes_of(trie);
  const auto count = static_cast<uint32_t>(trie.nodes.size());
  const uint32_t root = trie.nodes[0].next.contains('/') ? trie.nodes[0].next.at('/') : 0;

  std::vector<Label> labels;
  std::vector<State> next(size_t{count + kRegions} * classes.count);
  const std::vector<uint8_t> bytes = classes.representatives();
  for (uint32_t i = 0; i < count; ++i) {  // children come after their parents
    const Trie::Node& node = trie.nodes[i];
    labels.push_back(label_of(node.place ? node.place->self : node.around));
    for (uint32_t c = 0; c < classes.count; ++c) {
      const Shown region = region_behind(node, i, root, c == 0 ? 'x' : bytes[c]);
      next[size_t{i} * classes.count + c] = State{count + static_cast<uint32_t>(region)};
    }
    for (const auto& [byte, to] : node.next) {
      trie.nodes[to].around = region_behind(node, i, root, byte);
      next[size_t{i} * classes.count + classes.of[byte]] = State{to};
    }
  }
  for (uint32_t region = 0; region < kRegions; ++region) {
    labels.push_back(label_of(static_cast<Shown>(region)));
    for (uint32_t c = 0; c < classes.count; ++c) {
      next[size_t{count + region} * classes.count + c] = State{count + region};
    }
  }
  return {classes, std::move(next), std::move(labels), State{0}};
}

}  // namespace sbxc::bwrap_read
