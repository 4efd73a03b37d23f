// What a filter shall answer, before it is code: for every number of one architecture a behaviour,
// and what the numbers outside the table get. Knows nothing of policies, so that any list of calls
// (a policy, an OCI profile, a random one in a test) can be made into a filter.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "compiler/syscalls/syscalls.h"

namespace sbxc::seccomp {

// SECCOMP_RET_* (include/uapi/linux/seccomp.h).
enum class AnswerKind : uint32_t {
  kill_process = 0x80000000,
  kill_thread = 0x00000000,
  trap = 0x00030000,
  error = 0x00050000,
  notify = 0x7fc00000,
  trace = 0x7ff00000,
  log = 0x7ffc0000,
  allow = 0x7fff0000,
};

struct Answer {
  AnswerKind kind = AnswerKind::kill_process;
  uint16_t data = 0;  // of error: the errno

  constexpr uint32_t value() const { return static_cast<uint32_t>(kind) | data; }
  bool operator==(const Answer&) const = default;
};

inline constexpr uint16_t kEPERM = 1;
inline constexpr uint16_t kENOSYS = 38;
inline constexpr Answer kAllow{AnswerKind::allow, 0};
inline constexpr Answer kRefuse{AnswerKind::error, kEPERM};
inline constexpr Answer kNotImplemented{AnswerKind::error, kENOSYS};
inline constexpr Answer kKill{AnswerKind::kill_process, 0};

enum class Compare : uint8_t {
  equal,      // (argument & mask) == value
  not_equal,  // (argument & mask) != value
  less,       // unsigned, all 64 bits; the mask is not used
  less_equal,
  greater,
  greater_equal,
  any_bit,  // (argument & mask) != 0
};

struct ArgTest {
  uint8_t argument = 0;
  Compare compare = Compare::equal;
  uint64_t mask = ~uint64_t{0};
  uint64_t value = 0;

  bool matches(uint64_t actual) const;
  bool operator==(const ArgTest&) const = default;
};

struct Clause {
  std::vector<ArgTest> all;  // empty: always
  Answer answer;
};

// The first clause whose tests all hold decides.
struct Behaviour {
  std::vector<Clause> clauses;
  Answer otherwise;
};

struct SyscallProgram {
  Arch arch{};
  std::map<uint32_t, Behaviour> numbers;
  // Numbers below the newest of `numbers` that are not in it. Never an allowing answer. Code may
  // give such a number the refusal of a neighbour instead: there is no such call to tell apart.
  Answer missing = kNotImplemented;
  Answer beyond = kNotImplemented;  // above the newest
  Answer x32 = kNotImplemented;     // x86-64 only: bit 30 set
  Answer wrong_arch = kKill;
};

inline constexpr uint32_t kX32Bit = 0x40000000;

// What the program says of one call, by reading it off; nothing where the number is missing, so
// that any refusal is right.
std::optional<Answer> answer_of(const SyscallProgram& program, uint32_t number,
                                std::span<const uint64_t, 6> arguments);

// The first number of `beyond`.
uint32_t end_of(const SyscallProgram& program);

}  // namespace sbxc::seccomp
