// Instructions in words, in the style of the assembler that comes with the kernel.
#include <fmt/core.h>

#include "backends/seccomp/read/filter_program.h"

namespace sbxc::bpf {

namespace {

std::string_view name_of(Register which) { return which == Register::a ? "a" : "x"; }

std::string_view name_of(Calculation calculation) {
  switch (calculation) {
    case Calculation::add:
      return "add";
    case Calculation::subtract:
      return "sub";
    case Calculation::multiply:
      return "mul";
    case Calculation::divide:
      return "div";
    case Calculation::bit_or:
      return "or";
    case Calculation::bit_and:
      return "and";
    case Calculation::shift_left:
      return "lsh";
    case Calculation::shift_right:
      return "rsh";
    case Calculation::negate:
      return "neg";
    case Calculation::bit_xor:
      return "xor";
  }
  return {};
}

std::string_view name_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::equal:
      return "jeq";
    case Comparison::greater:
      return "jgt";
    case Comparison::not_less:
      return "jge";
    case Comparison::any_bit:
      return "jset";
  }
  return {};
}

std::string text_of(const Operand& operand) {
  return operand.constant ? fmt::format("0x{:x}", *operand.constant) : "x";
}

struct Describe {
  std::string operator()(const LoadWord& load) const { return "load " + name_of_word(load.word); }
  std::string operator()(const LoadConstant& load) const {
    return fmt::format("load {} = 0x{:x}", name_of(load.to), load.value);
  }
  std::string operator()(const LoadScratch& load) const {
    return fmt::format("load {} = scratch {}", name_of(load.to), load.slot);
  }
  std::string operator()(const Store& store) const {
    return fmt::format("store {} in scratch {}", name_of(store.from), store.slot);
  }
  std::string operator()(const Calculate& step) const {
    return fmt::format("{} {}", name_of(step.calculation), text_of(step.operand));
  }
  std::string operator()(const Jump& jump) const { return fmt::format("ja -> {}", jump.to); }
  std::string operator()(const Branch& branch) const {
    return fmt::format("{} {} -> {} else {}", name_of(branch.comparison), text_of(branch.operand),
                       branch.yes, branch.no);
  }
  std::string operator()(const Return& end) const {
    return end.constant ? "ret " + Answer{*end.constant}.text() : "ret a";
  }
  std::string operator()(const Move& move) const {
    return move.to == Register::a ? "a = x" : "x = a";
  }
};

}  // namespace

std::string text_of(const Instruction& instruction) { return std::visit(Describe{}, instruction); }

std::string name_of_word(uint32_t word) {
  if (word == kNumberWord) return "number";
  if (word == kArchWord) return "architecture";
  const std::string_view half = word % 2 == 0 ? "low half" : "high half";
  if (word < kFirstArgumentWord) return fmt::format("instruction pointer ({})", half);
  return fmt::format("argument {} ({})", (word - kFirstArgumentWord) / 2, half);
}

}  // namespace sbxc::bpf
