#include "backends/seccomp/node_pool.h"

#include "backends/seccomp/instruction.h"

namespace sbxc::seccomp {

NodeId NodePool::intern(Node node) {
  const auto [place, added] = known_.try_emplace({node.code, node.k, node.yes, node.no},
                                                 NodeId{static_cast<uint32_t>(nodes_.size())});
  if (added) nodes_.push_back(node);
  return place->second;
}

NodeId NodePool::answer(Answer answer) { return intern({op::kReturn, answer.value()}); }

NodeId NodePool::load(uint32_t offset, NodeId next) { return intern({op::kLoad, offset, next}); }

NodeId NodePool::bit_and(uint32_t mask, NodeId next) { return intern({op::kAnd, mask, next}); }

NodeId NodePool::jump(uint16_t code, uint32_t k, NodeId yes, NodeId no) {
  if (yes == no) return yes;
  return intern({code, k, yes, no});
}

bool NodePool::is_answer(NodeId id) const { return (*this)[id].code == op::kReturn; }

bool NodePool::refuses(NodeId id) const {
  if (!is_answer(id)) return false;
  constexpr uint32_t kActionFull = 0xffff0000;
  switch (AnswerKind{(*this)[id].k & kActionFull}) {
    case AnswerKind::error:
    case AnswerKind::kill_process:
    case AnswerKind::kill_thread:
      return true;
    case AnswerKind::trap:
    case AnswerKind::notify:
    case AnswerKind::trace:
    case AnswerKind::log:
    case AnswerKind::allow:
      return false;
  }
  return false;
}

}  // namespace sbxc::seccomp
