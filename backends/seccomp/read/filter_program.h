// A seccomp filter as the kernel would take it from the bytes of a file: every instruction decoded
// into what it does, every jump into where it leads. Made from the kernel's own rules for filters,
// so it reads any filter, not only ours; what the kernel refuses is refused here, with the
// instruction and the reason. Shares nothing with what writes filters.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/diag/diagnostic.h"

namespace sbxc::bpf {

// struct seccomp_data as sixteen words of 32 bits, the only thing that a filter can load.
inline constexpr size_t kWords = 16;
using Words = std::array<uint32_t, kWords>;
inline constexpr uint32_t kNumberWord = 0;
inline constexpr uint32_t kArchWord = 1;
inline constexpr uint32_t kFirstArgumentWord = 4;  // low half; the high half is the next word
inline constexpr size_t kScratchWords = 16;

enum class Register : uint8_t { a, x };
enum class Calculation : uint8_t {
  add,
  subtract,
  multiply,
  divide,
  bit_or,
  bit_and,
  shift_left,
  shift_right,
  negate,
  bit_xor,
};
enum class Comparison : uint8_t { equal, greater, not_less, any_bit };

struct Operand {  // X, or a constant
  std::optional<uint32_t> constant;
};

struct LoadWord {  // into A
  uint32_t word;
};
struct LoadConstant {
  Register to;
  uint32_t value;
};
struct LoadScratch {
  Register to;
  uint32_t slot;
};
struct Store {
  Register from;
  uint32_t slot;
};
struct Calculate {  // A = A op operand
  Calculation calculation;
  Operand operand;
};
struct Jump {
  uint32_t to;
};
struct Branch {
  Comparison comparison;  // of A with the operand
  Operand operand;
  uint32_t yes;
  uint32_t no;
};
struct Return {  // a constant, or A
  std::optional<uint32_t> constant;
};
struct Move {  // A to X, or X to A
  Register to;
};
using Instruction =
    std::variant<LoadWord, LoadConstant, LoadScratch, Store, Calculate, Jump, Branch, Return, Move>;

uint32_t calculate(Calculation calculation, uint32_t a, uint32_t b);  // b is not zero in a division
bool compare(Comparison comparison, uint32_t a, uint32_t b);

// INVARIANT: jumps lead forward to instructions of the program, the last one is a return, and no
// scratch word is read before it is written.
using Program = std::vector<Instruction>;

// `file` is for the message.
Result<Program> read_filter(std::string_view bytes, std::string_view file);

// `jeq 0x5412 -> 65 else 60`
std::string text_of(const Instruction& instruction);
// `argument 1 (low half)`
std::string name_of_word(uint32_t word);

// What becomes of a call.
struct Answer {
  uint32_t value = 0;  // SECCOMP_RET_* with its data, as returned

  bool runs() const;        // the call is made: ALLOW and LOG
  bool is_refusal() const;  // it is not made whatever else happens: errors, kills, SIGSYS
  bool is_error(uint32_t number) const;
  bool kills_process() const;
  std::string text() const;  // `ALLOW`, `EPERM`, `KILL_PROCESS`, `unknown action 0x7fee0000`
};

struct Outcome {
  Answer answer;
  uint32_t decided_by = 0;  // the last comparison on the way, or the return when there was none
};
Outcome run(const Program& program, const Words& words);

// Whether the kernel (5.11 and later) answers this number from a bitmap, without running the
// filter: by the rule that it applies when a filter is attached, which follows the program as long
// as it looks at nothing but number and architecture and expects to end in an unconditional ALLOW.
bool is_in_bitmap(const Program& program, uint32_t arch, uint32_t number);

}  // namespace sbxc::bpf
