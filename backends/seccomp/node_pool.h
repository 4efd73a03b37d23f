// Instructions before they have places: a graph in which equal behaviour is one node, because nodes
// are made bottom up and a node that exists already is given again. So two calls with the same
// tests share their code, and "do these two numbers get the same answer?" is one comparison of ids.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "backends/seccomp/program.h"

namespace sbxc::seccomp {

enum class NodeId : uint32_t {};
inline constexpr NodeId kNoNode{0xffffffff};

struct Node {
  uint16_t code = 0;
  uint32_t k = 0;
  NodeId yes = kNoNode;  // of a load or AND: what comes next
  NodeId no = kNoNode;   // of a conditional jump only
};

class NodePool {
 public:
  NodeId answer(Answer answer);
  NodeId load(uint32_t offset, NodeId next);
  NodeId bit_and(uint32_t mask, NodeId next);
  // A jump whose branches agree is no jump.
  NodeId jump(uint16_t code, uint32_t k, NodeId yes, NodeId no);

  const Node& operator[](NodeId id) const { return nodes_[static_cast<size_t>(id)]; }
  size_t size() const { return nodes_.size(); }
  bool is_answer(NodeId id) const;
  // An answer that lets nothing happen: neither allow nor log, trace, notify or a conditional one.
  bool refuses(NodeId id) const;

 private:
  NodeId intern(Node node);

  std::vector<Node> nodes_;
  std::map<std::tuple<uint16_t, uint32_t, NodeId, NodeId>, NodeId> known_;
};

}  // namespace sbxc::seccomp
