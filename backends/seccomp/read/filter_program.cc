// Decoding. A filter is an array of eight-byte instructions; the set of opcodes is seccomp's, which
// is smaller than that of socket filters. Everything is checked before anything is run: jumps have
// unsigned distances, so none leads back, and a program whose jumps stay inside and whose last
// instruction returns always ends.
//
// Reference: include/uapi/linux/filter.h and bpf_common.h (layout and opcodes), kernel/seccomp.c
// (seccomp_check_filter), net/core/filter.c (bpf_check_classic, check_load_and_stores).
#include "backends/seccomp/read/filter_program.h"

#include <fmt/core.h>

namespace sbxc::bpf {

namespace {

constexpr size_t kBytesEach = 8;
constexpr size_t kMostInstructions = 4096;
constexpr uint32_t kDataBytes = 64;  // sizeof(struct seccomp_data)

struct Raw {
  uint16_t code;
  uint8_t jt;
  uint8_t jf;
  uint32_t k;
};

uint32_t byte_at(std::string_view bytes, size_t at) { return static_cast<uint8_t>(bytes[at]); }

Raw raw_at(std::string_view bytes, size_t index) {
  const size_t at = index * kBytesEach;
  return {static_cast<uint16_t>(byte_at(bytes, at) | byte_at(bytes, at + 1) << 8),
          static_cast<uint8_t>(byte_at(bytes, at + 2)),
          static_cast<uint8_t>(byte_at(bytes, at + 3)),
          byte_at(bytes, at + 4) | byte_at(bytes, at + 5) << 8 | byte_at(bytes, at + 6) << 16 |
              byte_at(bytes, at + 7) << 24};
}

using Decoded = tl::expected<Instruction, std::string>;

Decoded load(const Raw& raw) {
  switch (raw.code) {
    case 0x20:  // LD | W | ABS
      if (raw.k % 4 != 0)
        return tl::unexpected(
            fmt::format("it loads from offset {}, which is not divisible by 4", raw.k));
      if (raw.k >= kDataBytes)
        return tl::unexpected(fmt::format("it loads from offset {}, behind the {} bytes of a call",
                                          raw.k, kDataBytes));
      return LoadWord{raw.k / 4};
    case 0x00:  // LD | IMM
      return LoadConstant{Register::a, raw.k};
    case 0x01:  // LDX | IMM
      return LoadConstant{Register::x, raw.k};
    case 0x80:  // LD | W | LEN
      return LoadConstant{Register::a, kDataBytes};
    case 0x81:  // LDX | W | LEN
      return LoadConstant{Register::x, kDataBytes};
    default:
      break;
  }
  const bool is_store = raw.code == 0x02 || raw.code == 0x03;
  const bool is_load = raw.code == 0x60 || raw.code == 0x61;
  if (!is_store && !is_load) {
    return tl::unexpected(fmt::format("opcode 0x{:02x} is none of a seccomp filter's", raw.code));
  }
  if (raw.k >= kScratchWords)
    return tl::unexpected(fmt::format("there is no scratch word {}", raw.k));
  const Register which = (raw.code & 1) != 0 ? Register::x : Register::a;
  if (is_store) return Store{which, raw.k};
  return LoadScratch{which, raw.k};
}

std::optional<Calculation> calculation_of(uint16_t operation) {
  switch (operation) {
    case 0x00:
      return Calculation::add;
    case 0x10:
      return Calculation::subtract;
    case 0x20:
      return Calculation::multiply;
    case 0x30:
      return Calculation::divide;
    case 0x40:
      return Calculation::bit_or;
    case 0x50:
      return Calculation::bit_and;
    case 0x60:
      return Calculation::shift_left;
    case 0x70:
      return Calculation::shift_right;
    case 0x80:
      return Calculation::negate;
    case 0xa0:
      return Calculation::bit_xor;
    default:  // 0x90, the remainder, is for socket filters alone
      return std::nullopt;
  }
}

Decoded arithmetic(const Raw& raw) {
  const auto calculation = calculation_of(raw.code & 0xf0);
  const bool by_x = (raw.code & 0x08) != 0;
  if (raw.code > 0xff || !calculation || (calculation == Calculation::negate && by_x)) {
    return tl::unexpected(fmt::format("opcode 0x{:02x} is none of a seccomp filter's", raw.code));
  }
  if (by_x) return Calculate{*calculation, {}};
  if (calculation == Calculation::divide && raw.k == 0)
    return tl::unexpected(std::string("it divides by zero"));
  const bool shifts =
      calculation == Calculation::shift_left || calculation == Calculation::shift_right;
  if (shifts && raw.k >= 32) return tl::unexpected(fmt::format("it shifts by {} bits", raw.k));
  return Calculate{*calculation, {raw.k}};
}

std::optional<Comparison> comparison_of(uint16_t operation) {
  switch (operation) {
    case 0x10:
      return Comparison::equal;
    case 0x20:
      return Comparison::greater;
    case 0x30:
      return Comparison::not_less;
    case 0x40:
      return Comparison::any_bit;
    default:
      return std::nullopt;
  }
}

Decoded jump(const Raw& raw, size_t index, size_t size) {
  const size_t next = index + 1;
  const auto inside = [&](uint64_t distance) { return distance < size - next; };
  const auto target = [&](uint64_t distance) { return static_cast<uint32_t>(next + distance); };
  const auto outside = [&](uint64_t distance) {
    return tl::unexpected(
        fmt::format("it jumps to {}, behind the last instruction", next + distance));
  };
  if (raw.code == 0x05) {
    if (!inside(raw.k)) return outside(raw.k);
    return Jump{target(raw.k)};
  }
  const auto comparison = comparison_of(raw.code & 0xf0);
  if (raw.code > 0xff || !comparison) {
    return tl::unexpected(fmt::format("opcode 0x{:02x} is none of a seccomp filter's", raw.code));
  }
  for (const uint8_t distance : {raw.jt, raw.jf}) {
    if (!inside(distance)) return outside(distance);
  }
  Operand operand;
  if ((raw.code & 0x08) == 0) operand.constant = raw.k;
  return Branch{*comparison, operand, target(raw.jt), target(raw.jf)};
}

Decoded decode(const Raw& raw, size_t index, size_t size) {
  switch (raw.code & 0x07) {
    case 4:
      return arithmetic(raw);
    case 5:
      return jump(raw, index, size);
    case 6:
      if (raw.code == 0x06) return Return{raw.k};
      if (raw.code == 0x16) return Return{};
      break;
    case 7:
      if (raw.code == 0x07) return Move{Register::x};
      if (raw.code == 0x87) return Move{Register::a};
      break;
    default:
      return load(raw);
  }
  return tl::unexpected(fmt::format("opcode 0x{:02x} is none of a seccomp filter's", raw.code));
}

// Scratch words that are written on every way to an instruction. Jumps lead forward, so one pass
// in order sees every way to an instruction before the instruction.
class ScratchCheck {
 public:
  explicit ScratchCheck(const Program& program)
      : program_(program), written_(program.size(), kAll) {
    written_[0] = 0;
  }

  // The first instruction that reads what may not be written.
  std::optional<size_t> run() {
    for (size_t at = 0; at < program_.size(); ++at) {
      uint32_t after = written_[at];
      const Instruction& instruction = program_[at];
      if (const auto* load = std::get_if<LoadScratch>(&instruction)) {
        if ((after >> load->slot & 1) == 0) return at;
      } else if (const auto* store = std::get_if<Store>(&instruction)) {
        after |= uint32_t{1} << store->slot;
      }
      if (const auto* jump = std::get_if<Jump>(&instruction)) {
        written_[jump->to] &= after;
      } else if (const auto* branch = std::get_if<Branch>(&instruction)) {
        written_[branch->yes] &= after;
        written_[branch->no] &= after;
      } else if (at + 1 < program_.size()) {
        written_[at + 1] &= after;  // behind a return too: so does the kernel
      }
    }
    return std::nullopt;
  }

 private:
  static constexpr uint32_t kAll = 0xffff;
  const Program& program_;
  std::vector<uint32_t> written_;
};

}  // namespace

Result<Program> read_filter(std::string_view bytes, std::string_view file) {
  const auto refuse = [&](const std::string& what) {
    return tl::unexpected(
        Diagnostic{.kind = Kind::cannot_read,
                   .span = std::nullopt,
                   .message = fmt::format("`{}` is no seccomp filter: {}", file, what)});
  };
  if (bytes.empty()) return refuse("it is empty");
  if (bytes.size() % kBytesEach != 0) {
    return refuse(fmt::format("its {} bytes are not a whole number of instructions of {}",
                              bytes.size(), kBytesEach));
  }
  const size_t size = bytes.size() / kBytesEach;
  if (size > kMostInstructions) {
    return refuse(
        fmt::format("it has {} instructions, and the kernel takes {}", size, kMostInstructions));
  }
  Program program;
  program.reserve(size);
  for (size_t i = 0; i < size; ++i) {
    auto instruction = decode(raw_at(bytes, i), i, size);
    if (!instruction) return refuse(fmt::format("instruction {}: {}", i, instruction.error()));
    program.push_back(*instruction);
  }
  if (!std::holds_alternative<Return>(program.back())) {
    return refuse(fmt::format("the last instruction, {}, is no return", size - 1));
  }
  if (const auto at = ScratchCheck(program).run()) {
    return refuse(
        fmt::format("instruction {}: it reads a scratch word that may not be written yet", *at));
  }
  return program;
}

}  // namespace sbxc::bpf
