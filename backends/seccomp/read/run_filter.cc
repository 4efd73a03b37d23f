// Running a filter on one call, and what its answers mean.
//
// Reference: kernel/seccomp.c (__seccomp_filter, seccomp_is_const_allow), include/uapi/linux/
// seccomp.h, seccomp_unotify(2) for what answers do when nobody listens.
#include <fmt/core.h>

#include "backends/seccomp/read/filter_program.h"

namespace sbxc::bpf {

namespace {

constexpr uint32_t kActionBits = 0xffff0000;
constexpr uint32_t kDataBits = 0x0000ffff;

enum Action : uint32_t {
  kKillThread = 0x00000000,
  kTrap = 0x00030000,
  kErrno = 0x00050000,
  kUserNotification = 0x7fc00000,
  kTrace = 0x7ff00000,
  kLog = 0x7ffc0000,
  kAllow = 0x7fff0000,
  kKillProcess = 0x80000000,
};

std::string text_of_error(uint32_t number) {
  if (number == 1) return "EPERM";
  if (number == 38) return "ENOSYS";
  return fmt::format("errno {}", number);
}

struct Machine {
  const Program& program;
  const Words& words;
  uint32_t a = 0;
  uint32_t x = 0;
  std::array<uint32_t, kScratchWords> scratch{};
  uint32_t at = 0;
  std::optional<uint32_t> last_branch{};
  std::optional<uint32_t> result{};

  uint32_t& of(Register which) { return which == Register::a ? a : x; }
  uint32_t value(const Operand& operand) const { return operand.constant.value_or(x); }

  void operator()(const LoadWord& load) { a = words[load.word]; }
  void operator()(const LoadConstant& load) { of(load.to) = load.value; }
  void operator()(const LoadScratch& load) { of(load.to) = scratch[load.slot]; }
  void operator()(const Store& store) { scratch[store.slot] = of(store.from); }
  void operator()(const Calculate& step) {
    const uint32_t by = value(step.operand);
    if (step.calculation == Calculation::divide && by == 0) {
      result = 0;  // the kernel ends the program with zero, which kills
      return;
    }
    a = calculate(step.calculation, a, by);
  }
  void operator()(const Jump& jump) { at = jump.to - 1; }
  void operator()(const Branch& branch) {
    last_branch = at;
    at = (compare(branch.comparison, a, value(branch.operand)) ? branch.yes : branch.no) - 1;
  }
  void operator()(const Return& end) { result = end.constant.value_or(a); }
  void operator()(const Move& move) { of(move.to) = move.to == Register::a ? x : a; }
};

}  // namespace

uint32_t calculate(Calculation calculation, uint32_t a, uint32_t b) {
  switch (calculation) {
    case Calculation::add:
      return a + b;
    case Calculation::subtract:
      return a - b;
    case Calculation::multiply:
      return a * b;
    case Calculation::divide:
      return a / b;
    case Calculation::bit_or:
      return a | b;
    case Calculation::bit_and:
      return a & b;
    case Calculation::shift_left:
      return a << (b % 32);
    case Calculation::shift_right:
      return a >> (b % 32);
    case Calculation::negate:
      return 0 - a;
    case Calculation::bit_xor:
      return a ^ b;
  }
  return 0;
}

bool compare(Comparison comparison, uint32_t a, uint32_t b) {
  switch (comparison) {
    case Comparison::equal:
      return a == b;
    case Comparison::greater:
      return a > b;
    case Comparison::not_less:
      return a >= b;
    case Comparison::any_bit:
      return (a & b) != 0;
  }
  return false;
}

Outcome run(const Program& program, const Words& words) {
  Machine machine{program, words};
  for (; !machine.result; ++machine.at) {
    std::visit(machine, program[machine.at]);
    if (machine.result) break;
  }
  return {{*machine.result}, machine.last_branch.value_or(machine.at)};
}

bool Answer::runs() const {
  const uint32_t action = value & kActionBits;
  return action == kAllow || action == kLog;
}

bool Answer::is_refusal() const {
  const uint32_t action = value & kActionBits;
  return action != kAllow && action != kLog && action != kTrace && action != kUserNotification;
}

bool Answer::is_error(uint32_t number) const { return value == (kErrno | number); }

bool Answer::kills_process() const { return (value & kActionBits) == kKillProcess; }

std::string Answer::text() const {
  switch (value & kActionBits) {
    case kKillThread:
      return "KILL_THREAD";
    case kTrap:
      return "TRAP";
    case kErrno:
      return text_of_error(value & kDataBits);
    case kUserNotification:
      return "USER_NOTIF";
    case kTrace:
      return "TRACE";
    case kLog:
      return "LOG";
    case kAllow:
      return "ALLOW";
    case kKillProcess:
      return "KILL_PROCESS";
    default:
      return fmt::format("unknown action 0x{:08x}", value);
  }
}

bool is_in_bitmap(const Program& program, uint32_t arch, uint32_t number) {
  uint32_t a = 0;
  for (uint32_t at = 0; at < program.size(); ++at) {
    const Instruction& instruction = program[at];
    if (const auto* load = std::get_if<LoadWord>(&instruction)) {
      if (load->word != kNumberWord && load->word != kArchWord) return false;
      a = load->word == kNumberWord ? number : arch;
    } else if (const auto* end = std::get_if<Return>(&instruction)) {
      return end->constant == kAllow;
    } else if (const auto* jump = std::get_if<Jump>(&instruction)) {
      at = jump->to - 1;
    } else if (const auto* branch = std::get_if<Branch>(&instruction)) {
      if (!branch->operand.constant) return false;
      at = (compare(branch->comparison, a, *branch->operand.constant) ? branch->yes : branch->no) -
           1;
    } else if (const auto* step = std::get_if<Calculate>(&instruction)) {
      if (step->calculation != Calculation::bit_and || !step->operand.constant) return false;
      a &= *step->operand.constant;
    } else {
      return false;
    }
  }
  return false;
}

}  // namespace sbxc::bpf
