// One classic BPF instruction as the kernel lays it out (struct sock_filter, linux/filter.h), and
// the few opcodes that a seccomp filter of ours is made of. Nothing but RET, LD of one word, AND
// and forward jumps: all that the kernel's own emulation at load time understands, so that calls
// which need no argument end up in its bitmap.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/syscalls/syscalls.h"

namespace sbxc::seccomp {

struct Instruction {
  uint16_t code = 0;
  uint8_t jt = 0;
  uint8_t jf = 0;
  uint32_t k = 0;

  bool operator==(const Instruction&) const = default;
};

namespace op {
inline constexpr uint16_t kLoad = 0x20;         // LD | W | ABS
inline constexpr uint16_t kAnd = 0x54;          // ALU | AND | K
inline constexpr uint16_t kJump = 0x05;         // JMP | JA
inline constexpr uint16_t kJumpEqual = 0x15;    // JMP | JEQ | K
inline constexpr uint16_t kJumpGreater = 0x25;  // JMP | JGT | K
inline constexpr uint16_t kJumpNotLess = 0x35;  // JMP | JGE | K
inline constexpr uint16_t kJumpAnyBit = 0x45;   // JMP | JSET | K
inline constexpr uint16_t kReturn = 0x06;       // RET | K
}  // namespace op

// Offsets in struct seccomp_data. Both architectures are little endian.
inline constexpr uint32_t kNumberOffset = 0;
inline constexpr uint32_t kArchOffset = 4;
constexpr uint32_t argument_offset(uint32_t word) { return 16 + 4 * word; }

inline constexpr size_t kMaxInstructions = 4096;  // BPF_MAXINSNS

struct NumberRange {
  uint32_t first = 0;
  uint32_t last = 0;
  bool operator==(const NumberRange&) const = default;
  auto operator<=>(const NumberRange&) const = default;
};

// What an instruction decides: numbers whose search ends at this comparison, by branch, or, for
// tests of arguments, the numbers that are tested here.
struct Role {
  std::vector<NumberRange> yes;
  std::vector<NumberRange> no;
  std::vector<NumberRange> arguments;
};

struct Filter {
  Arch arch{};
  std::vector<Instruction> code;
  std::vector<Role> roles;  // as many as `code`

  std::string bytes() const;  // struct sock_filter[], little endian
};

}  // namespace sbxc::seccomp
