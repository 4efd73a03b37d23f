// Jumps only go forward and every program ends in a return, which read() makes sure of, so a run
// takes at most as many steps as there are instructions.
//
// Reference: net/core/filter.c (bpf_check_classic, check_load_and_stores), kernel/seccomp.c
// (seccomp_check_filter, seccomp_is_const_allow), include/uapi/linux/bpf_common.h.
#include "backends/seccomp/interpreter.h"

#include <fmt/core.h>

namespace sbxc::seccomp {

namespace {

// The parts of an opcode.
constexpr uint16_t kClass = 0x07;
constexpr uint16_t kLd = 0x00, kLdx = 0x01, kSt = 0x02, kStx = 0x03, kAlu = 0x04, kJmp = 0x05,
                   kRet = 0x06, kMisc = 0x07;
constexpr uint16_t kModeImm = 0x00, kModeAbs = 0x20, kModeMem = 0x60, kModeLen = 0x80;
constexpr uint16_t kSourceX = 0x08, kReturnA = 0x10, kTxa = 0x80;
constexpr uint16_t kOperation = 0xf0;
constexpr uint16_t kAdd = 0x00, kSub = 0x10, kMul = 0x20, kDiv = 0x30, kOr = 0x40, kAnd = 0x50,
                   kLsh = 0x60, kRsh = 0x70, kNeg = 0x80, kXor = 0xa0;
constexpr uint16_t kJa = 0x00, kJeq = 0x10, kJgt = 0x20, kJge = 0x30, kJset = 0x40;

constexpr size_t kLineBytes = 8;
constexpr size_t kMostLines = 4096;
constexpr uint32_t kDataBytes = 64;
constexpr uint32_t kScratchWords = 16;
constexpr uint32_t kRetAllow = 0x7fff0000;

uint32_t little_endian(std::string_view bytes, size_t count) {
  uint32_t value = 0;
  for (size_t i = 0; i < count; ++i) {
    value |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return value;
}

bool is_known(uint16_t code) {
  switch (code & kClass) {
    case kLd:
      return code == (kLd | kModeAbs) || code == (kLd | kModeImm) || code == (kLd | kModeMem) ||
             code == (kLd | kModeLen);
    case kLdx:
      return code == (kLdx | kModeImm) || code == (kLdx | kModeMem) || code == (kLdx | kModeLen);
    case kSt:
    case kStx:
      return code == kSt || code == kStx;
    case kAlu: {
      // No modulus: seccomp_check_filter does not list it.
      const uint16_t operation = code & kOperation;
      if (operation == kNeg) return code == (kAlu | kNeg);
      return operation <= kRsh || operation == kXor;
    }
    case kJmp: {
      const uint16_t operation = code & kOperation;
      if (operation == kJa) return code == (kJmp | kJa);
      return operation <= kJset;
    }
    case kRet:
      return code == kRet || code == (kRet | kReturnA);
    default:
      return code == kMisc || code == (kMisc | kTxa);
  }
}

bool uses_scratch(uint16_t code) {
  const uint16_t kind = code & kClass;
  return kind == kSt || kind == kStx || code == (kLd | kModeMem) || code == (kLdx | kModeMem);
}

uint32_t word_of(const Call& call, uint32_t offset) {
  const auto half = [](uint64_t value, uint32_t index) {
    return static_cast<uint32_t>(value >> (32 * index));
  };
  if (offset == 0) return call.number;
  if (offset == 4) return call.arch;
  if (offset < 16) return half(call.instruction_pointer, offset / 4 - 2);
  return half(call.arguments[(offset - 16) / 8], offset / 4 % 2);
}

uint32_t calculate(uint16_t operation, uint32_t a, uint32_t b) {
  switch (operation) {
    case kAdd:
      return a + b;
    case kSub:
      return a - b;
    case kMul:
      return a * b;
    case kDiv:
      return b == 0 ? 0 : a / b;
    case kOr:
      return a | b;
    case kAnd:
      return a & b;
    case kLsh:
      return a << (b & 31);
    case kRsh:
      return a >> (b & 31);
    case kNeg:
      return 0 - a;
    default:
      return a ^ b;
  }
}

bool compare(uint16_t operation, uint32_t a, uint32_t b) {
  switch (operation) {
    case kJeq:
      return a == b;
    case kJgt:
      return a > b;
    case kJge:
      return a >= b;
    default:
      return (a & b) != 0;
  }
}

}  // namespace

tl::expected<Bpf, std::string> Bpf::read(std::string_view bytes) {
  if (bytes.empty() || bytes.size() % kLineBytes != 0 || bytes.size() / kLineBytes > kMostLines) {
    return tl::unexpected(fmt::format("{} bytes are no filter", bytes.size()));
  }
  Bpf bpf;
  for (size_t at = 0; at < bytes.size(); at += kLineBytes) {
    bpf.code_.push_back({static_cast<uint16_t>(little_endian(bytes.substr(at), 2)),
                         static_cast<uint8_t>(bytes[at + 2]), static_cast<uint8_t>(bytes[at + 3]),
                         little_endian(bytes.substr(at + 4), 4)});
  }
  std::string problem = check(bpf.code_);
  if (!problem.empty()) return tl::unexpected(std::move(problem));
  return bpf;
}

std::string Bpf::check(const std::vector<Line>& code) {
  const size_t size = code.size();
  // Scratch words that are written on every way to an instruction; jumps only go forward.
  std::vector<uint32_t> written(size + 1, 0xffff);
  written[0] = 0;
  for (size_t pc = 0; pc < size; ++pc) {
    const Line& line = code[pc];
    const auto problem = [&](std::string_view what) {
      return fmt::format("instruction {}: {}", pc, what);
    };
    if (!is_known(line.code)) return problem("an opcode that seccomp refuses");
    const uint16_t kind = line.code & kClass;
    uint32_t after = written[pc];
    if (line.code == (kLd | kModeAbs) && (line.k >= kDataBytes || line.k % 4 != 0)) {
      return problem("a load outside the call's data");
    }
    if (uses_scratch(line.code)) {
      if (line.k >= kScratchWords) return problem("no such scratch word");
      if (kind == kSt || kind == kStx) {
        after |= 1U << line.k;
      } else if ((after >> line.k & 1) == 0) {
        return problem("a scratch word is read before it is written");
      }
    }
    if (kind == kAlu && (line.code & kSourceX) == 0) {
      const uint16_t operation = line.code & kOperation;
      if (operation == kDiv && line.k == 0) return problem("a division by zero");
      if ((operation == kLsh || operation == kRsh) && line.k >= 32)
        return problem("a shift too far");
    }
    if (kind == kJmp) {
      const bool always = (line.code & kOperation) == kJa;
      const size_t targets[] = {pc + 1 + (always ? size_t{line.k} : size_t{line.jt}),
                                pc + 1 + (always ? size_t{line.k} : size_t{line.jf})};
      for (const size_t target : targets) {
        if (target >= size) return problem("a jump out of the filter");
        written[target] &= after;
      }
    } else {
      written[pc + 1] &= after;
    }
  }
  if ((code.back().code & kClass) != kRet) return "the last instruction is no return";
  return {};
}

Outcome Bpf::run(const Call& call) const {
  uint32_t a = 0;
  uint32_t x = 0;
  std::array<uint32_t, kScratchWords> scratch{};
  uint32_t executed = 0;
  for (size_t pc = 0;; ++pc) {
    const Line& line = code_[pc];
    ++executed;
    const uint32_t operand = (line.code & kSourceX) != 0 ? x : line.k;
    const uint16_t mode = line.code & 0xe0;
    const auto loaded = [&] {
      if (mode == kModeImm) return line.k;
      if (mode == kModeMem) return scratch[line.k];
      return mode == kModeLen ? kDataBytes : word_of(call, line.k);
    };
    switch (line.code & kClass) {
      case kLd:
        a = loaded();
        break;
      case kLdx:
        x = loaded();
        break;
      case kSt:
        scratch[line.k] = a;
        break;
      case kStx:
        scratch[line.k] = x;
        break;
      case kAlu: {
        const uint16_t operation = line.code & kOperation;
        if (operation == kDiv && operand == 0) return {0, executed};  // as the kernel: return 0
        a = calculate(operation, a, operand);
        break;
      }
      case kJmp: {
        const uint16_t operation = line.code & kOperation;
        if (operation == kJa) {
          pc += line.k;
        } else {
          pc += compare(operation, a, operand) ? line.jt : line.jf;
        }
        break;
      }
      case kRet:
        return {(line.code & kReturnA) != 0 ? a : line.k, executed};
      default:
        (line.code & kTxa) != 0 ? a = x : x = a;
        break;
    }
  }
}

bool Bpf::always_allows(uint32_t arch, uint32_t number) const {
  uint32_t reg = 0;
  for (size_t pc = 0; pc < code_.size(); ++pc) {
    const Line& line = code_[pc];
    if (line.code == (kLd | kModeAbs)) {
      if (line.k != 0 && line.k != 4) return false;
      reg = line.k == 0 ? number : arch;
    } else if (line.code == kRet) {
      return line.k == kRetAllow;
    } else if (line.code == (kJmp | kJa)) {
      pc += line.k;
    } else if ((line.code & kClass) == kJmp && (line.code & kSourceX) == 0) {
      pc += compare(line.code & kOperation, reg, line.k) ? line.jt : line.jf;
    } else if (line.code == (kAlu | kAnd)) {
      reg &= line.k;
    } else {
      return false;
    }
  }
  return false;
}

}  // namespace sbxc::seccomp
