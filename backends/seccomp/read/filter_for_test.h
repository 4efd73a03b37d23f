// Filters written by hand, and written ones changed, for tests of the reader.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbxc::bpf {

struct Line {
  uint16_t code = 0;
  uint8_t jt = 0;
  uint8_t jf = 0;
  uint32_t k = 0;
};

inline std::string assemble(const std::vector<Line>& lines) {
  std::string out;
  const auto put = [&](uint32_t value, int count) {
    for (int i = 0; i < count; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
  };
  for (const Line& line : lines) {
    put(line.code, 2);
    put(line.jt, 1);
    put(line.jf, 1);
    put(line.k, 4);
  }
  return out;
}

inline std::vector<Line> disassemble(std::string_view bytes) {
  std::vector<Line> lines;
  const auto at = [&](size_t i) { return uint32_t{static_cast<uint8_t>(bytes[i])}; };
  for (size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    lines.push_back({static_cast<uint16_t>(at(i) | at(i + 1) << 8), static_cast<uint8_t>(at(i + 2)),
                     static_cast<uint8_t>(at(i + 3)),
                     at(i + 4) | at(i + 5) << 8 | at(i + 6) << 16 | at(i + 7) << 24});
  }
  return lines;
}

}  // namespace sbxc::bpf
