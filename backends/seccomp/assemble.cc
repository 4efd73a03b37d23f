// Written from the last instruction to the first, so that every target has its place before the
// jump to it is made. A conditional jump reaches 255 instructions. What is farther is brought near:
// a return is written again, which costs no more than a jump to it would and is faster; anything
// else gets an unconditional jump, whose reach has no limit.
//
// Only reachable nodes are written, so there is no dead code to remove.
#include "backends/seccomp/assemble.h"

#include <map>

namespace sbxc::seccomp {

namespace {

constexpr size_t kReach = 255;

class Assembler {
 public:
  explicit Assembler(const NodePool& pool) : pool_(pool) {}

  Assembled run(NodeId start) {
    place(start);
    Assembled result;
    result.code.assign(reversed_.rbegin(), reversed_.rend());
    result.nodes.assign(written_for_.rbegin(), written_for_.rend());
    return result;
  }

 private:
  // Position counted from the end of the program.
  size_t place(NodeId id) {
    if (const auto known = places_.find(id); known != places_.end()) return known->second;
    const Node& node = pool_[id];
    if (node.code == op::kReturn) return write(id, {node.code, 0, 0, node.k});
    if (node.no == kNoNode) {
      place(node.yes);
      put_last(node.yes);
      return write(id, {node.code, 0, 0, node.k});
    }
    place(node.no);
    place(node.yes);
    return write_branch(id);
  }

  // Both targets are placed, and within reach of the next instruction when this returns.
  size_t write_branch(NodeId id) {
    const Node& node = pool_[id];
    while (distance(node.yes) > kReach || distance(node.no) > kReach) {
      bring_near(distance(node.yes) > kReach ? node.yes : node.no);
    }
    return write(id, {node.code, static_cast<uint8_t>(distance(node.yes)),
                      static_cast<uint8_t>(distance(node.no)), node.k});
  }

  // What comes after a load must be the very next instruction.
  void put_last(NodeId id) {
    if (distance(id) == 0) return;
    const Node& node = pool_[id];
    if (node.code == op::kReturn || node.no == kNoNode) {
      bring_near(id);
    } else {
      write_branch(id);  // again: shorter on the way than a jump to it
    }
  }

  void bring_near(NodeId id) {
    const Node& node = pool_[id];
    if (node.code == op::kReturn) {
      write(id, {node.code, 0, 0, node.k});
    } else {
      write(id, {op::kJump, 0, 0, static_cast<uint32_t>(distance(id))});
    }
  }

  size_t distance(NodeId id) const { return reversed_.size() - 1 - places_.at(id); }

  size_t write(NodeId id, Instruction instruction) {
    reversed_.push_back(instruction);
    places_[id] = reversed_.size() - 1;
    written_for_.push_back(instruction.code == op::kJump ? kNoNode : id);
    return reversed_.size() - 1;
  }

  const NodePool& pool_;
  std::vector<Instruction> reversed_;
  std::vector<NodeId> written_for_;  // beside reversed_
  std::map<NodeId, size_t> places_;  // the nearest
};

}  // namespace

Assembled assemble(const NodePool& pool, NodeId start) { return Assembler(pool).run(start); }

}  // namespace sbxc::seccomp
