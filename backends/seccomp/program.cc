#include "backends/seccomp/program.h"

#include <algorithm>

namespace sbxc::seccomp {

bool ArgTest::matches(uint64_t actual) const {
  switch (compare) {
    case Compare::equal:
      return (actual & mask) == value;
    case Compare::not_equal:
      return (actual & mask) != value;
    case Compare::less:
      return actual < value;
    case Compare::less_equal:
      return actual <= value;
    case Compare::greater:
      return actual > value;
    case Compare::greater_equal:
      return actual >= value;
    case Compare::any_bit:
      return (actual & mask) != 0;
  }
  return false;
}

std::optional<Answer> answer_of(const SyscallProgram& program, uint32_t number,
                                std::span<const uint64_t, 6> arguments) {
  if (program.arch == Arch::x86_64 && number >= kX32Bit) return program.x32;
  if (number >= end_of(program)) return program.beyond;
  const auto found = program.numbers.find(number);
  if (found == program.numbers.end()) return std::nullopt;
  for (const Clause& clause : found->second.clauses) {
    const bool all = std::all_of(clause.all.begin(), clause.all.end(), [&](const ArgTest& test) {
      return test.matches(arguments[test.argument]);
    });
    if (all) return clause.answer;
  }
  return found->second.otherwise;
}

uint32_t end_of(const SyscallProgram& program) {
  return program.numbers.empty() ? 0 : program.numbers.rbegin()->first + 1;
}

}  // namespace sbxc::seccomp
