// The order of the checks is the order of their importance: numbers mean nothing before the
// architecture is known, and x32 calls (bit 30) and numbers newer than the table leave before the
// search, in one comparison where they get the same answer.
#include "backends/seccomp/generate.h"

#include <cstdio>
#include <cstdlib>

#include "backends/seccomp/argument_tests.h"
#include "backends/seccomp/assemble.h"
#include "backends/seccomp/number_search.h"

namespace sbxc::seccomp {

namespace {

void append(std::vector<NumberRange>& ranges, const std::vector<NumberRange>& more) {
  for (const NumberRange& range : more) {
    if (!ranges.empty() && ranges.back().last + 1 == range.first) {
      ranges.back().last = range.last;
    } else {
      ranges.push_back(range);
    }
  }
}

class Generator {
 public:
  explicit Generator(const SyscallProgram& program) : program_(program) {}

  Filter run() {
    std::map<uint32_t, NodeId> behaviours;
    for (const auto& [number, behaviour] : program_.numbers) {
      behaviours[number] = lower_behaviour(behaviour, pool_);
    }
    const NodeId missing = pool_.answer(program_.missing);
    const auto ranges = call_ranges(behaviours, missing, pool_);
    const Search search = build_search(ranges, program_.arch, pool_);
    const Assembled assembled = assemble(pool_, add_gates(search.start));
    std::map<NodeId, Role> roles;
    for (const auto& [exit, numbers] : search.exits) {
      Role& role = roles[exit.first];
      append(exit.second ? role.yes : role.no, numbers);
    }
    for (const CallRange& range : ranges) note_arguments(range, range.node, roles);
    Filter filter{program_.arch, assembled.code, {}};
    for (const NodeId node : assembled.nodes) filter.roles.push_back(roles[node]);
    return filter;
  }

 private:
  NodeId add_gates(NodeId search) {
    const uint32_t end = end_of(program_);
    const NodeId beyond = pool_.answer(program_.beyond);
    NodeId node = pool_.jump(op::kJumpNotLess, end, beyond, search);
    if (program_.arch == Arch::x86_64 && program_.x32 != program_.beyond) {
      node = pool_.jump(op::kJumpNotLess, kX32Bit, pool_.answer(program_.x32), node);
    }
    node = pool_.load(kNumberOffset, node);
    node = pool_.jump(op::kJumpEqual, audit_arch(program_.arch), node,
                      pool_.answer(program_.wrong_arch));
    return pool_.load(kArchOffset, node);
  }

  // Every instruction below a range's entry that is no answer tests arguments of its calls.
  void note_arguments(const CallRange& range, NodeId id, std::map<NodeId, Role>& roles) {
    if (id == kNoNode || pool_.is_answer(id)) return;
    auto& numbers = roles[id].arguments;
    const NumberRange own{range.first, range.last};
    if (!numbers.empty() && numbers.back() == own) return;
    numbers.push_back(own);
    note_arguments(range, pool_[id].yes, roles);
    note_arguments(range, pool_[id].no, roles);
  }

  const SyscallProgram& program_;
  NodePool pool_;
};

}  // namespace

Filter generate(const SyscallProgram& program) {
  Filter filter = Generator(program).run();
  if (filter.code.size() > kMaxInstructions) {
    std::fputs("sbxc: a seccomp filter came out longer than the kernel takes\n", stderr);
    std::abort();
  }
  return filter;
}

std::string Filter::bytes() const {
  std::string out;
  out.reserve(code.size() * 8);
  const auto put = [&](uint32_t value, int count) {
    for (int i = 0; i < count; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
  };
  for (const Instruction& instruction : code) {
    put(instruction.code, 2);
    put(instruction.jt, 1);
    put(instruction.jf, 1);
    put(instruction.k, 4);
  }
  return out;
}

}  // namespace sbxc::seccomp
