// One pass over the name of a request: where its labels start, and whether it is canonical
// (lower-case labels of 1 to 63 bytes of `a-z 0-9 - _`, 253 bytes in all, no number at the end).
// Sixteen bytes at a time, as this is half of the work of a lookup. Inside this room only.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "runtime/host_table/host_table_check.h"
#include "runtime/host_table/host_table_format.h"

namespace sbxc::host_table {

using Sixteen = uint8_t __attribute__((vector_size(16)));

// A bit for each byte that is 0xFF; the others are zero.
inline uint32_t mask_of(Sixteen lanes) {
#if defined(__SSE2__)
  using Signed = char __attribute__((vector_size(16)));
  return static_cast<uint32_t>(__builtin_ia32_pmovmskb128(reinterpret_cast<Signed>(lanes)));
#else
  // The product gathers the top bits of eight bytes in its highest byte.
  const auto halves = std::bit_cast<std::array<uint64_t, 2> >(lanes);
  const auto gather = [](uint64_t half) {
    return static_cast<uint32_t>((half & 0x8080808080808080) * 0x0002040810204081 >> 56);
  };
  return gather(halves[0]) | gather(halves[1]) << 8;
#endif
}

class NameScan {
 public:
  explicit NameScan(std::string_view name) {
    starts_[0] = 0;
    if (name.empty() || name.size() > kMaxNameBytes) return;
    const auto* bytes = reinterpret_cast<const uint8_t*>(name.data());
    const size_t size = name.size();
    bool good = true;
    size_t at = 0;
    for (; at + 16 <= size; at += 16) good &= scan(load<Sixteen>(bytes + at), at, 0xFFFF);
    if (at < size) {
      const size_t rest = size - at;
      // The last sixteen bytes once more, less what was seen; or all of a short name.
      good &= size >= 16 ? scan(load<Sixteen>(bytes + size - 16), size - 16, 0xFFFFU << (16 - rest))
                         : scan(short_name(bytes, size), 0, 0xFFFF);
    }
    good &= end_label(size);
    canonical_ = good && !is_number(bytes + starts_[count_ - 1], size - starts_[count_ - 1]);
  }

  bool canonical() const { return canonical_; }
  // Of a name that is not canonical too, but never of one that is too long.
  size_t labels() const { return count_; }
  uint8_t start(size_t label) const { return starts_[label]; }

 private:
  // Filled up with `a`.
  static Sixteen short_name(const uint8_t* bytes, size_t size) {
    constexpr uint64_t kFill = 0x6161616161616161;
    std::array<uint64_t, 2> words{kFill, kFill};
    if (size >= 8) {
      words[0] = load<uint64_t>(bytes);
      if (size > 8) {
        const auto shift = static_cast<unsigned>(8 * (16 - size));
        words[1] = load<uint64_t>(bytes + size - 8) >> shift | kFill << (64 - shift);
      }
    } else {
      words[0] <<= 8 * size;
      for (size_t i = 0; i < size; ++i) words[0] |= uint64_t{bytes[i]} << 8 * i;
    }
    return std::bit_cast<Sixteen>(words);
  }

  bool scan(Sixteen bytes, size_t base, uint32_t fresh) {
    const auto between = [&](uint8_t low, uint8_t high) {
      return (bytes - low) <= static_cast<uint8_t>(high - low);
    };
    const auto dot = bytes == '.';
    const auto good = dot | between('a', 'z') | between('0', '9') | (bytes == '-') | (bytes == '_');
    bool sizes = true;
    for (uint32_t dots = mask_of(reinterpret_cast<Sixteen>(dot)) & fresh; dots != 0;
         dots &= dots - 1) {
      sizes &= end_label(base + static_cast<size_t>(std::countr_zero(dots)));
    }
    return sizes && mask_of(reinterpret_cast<Sixteen>(good)) == 0xFFFF;
  }

  bool end_label(size_t end) {
    const size_t length = end - starts_[count_];
    ++count_;
    starts_[count_] = static_cast<uint8_t>(end + 1);
    return length - 1 < kMaxLabelBytes;
  }

  static constexpr bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

  // A last label that is a number makes the text an address to somebody (`127.1`, `0x7f000001`).
  static bool is_number(const uint8_t* label, size_t size) {
    if (size == 0 || !is_digit(label[0])) return false;
    const bool hex = size >= 2 && label[0] == '0' && label[1] == 'x';
    for (size_t i = hex ? 2 : 0; i < size; ++i) {
      const bool digit = is_digit(label[i]) || (hex && label[i] >= 'a' && label[i] <= 'f');
      if (!digit) return false;
    }
    return true;
  }

  std::array<uint8_t, kMaxNameBytes + 3> starts_;  // of 254 labels, when a name is nothing but dots
  size_t count_ = 0;
  bool canonical_ = false;
};

}  // namespace sbxc::host_table
