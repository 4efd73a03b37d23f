// All 2^32 values of a word, cut into cells that some tests cannot tell apart.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "backends/seccomp/read/filter_program.h"

namespace sbxc::bpf {

// Of `(word & mask) ^ flip` with a constant.
struct WordTest {
  uint32_t mask = ~uint32_t{0};
  uint32_t flip = 0;
  Comparison comparison{};
  uint32_t constant = 0;

  bool holds(uint32_t word) const { return compare(comparison, (word & mask) ^ flip, constant); }
  bool operator==(const WordTest&) const = default;
  auto operator<=>(const WordTest&) const = default;
};

// One value of every cell: for any word there is one in the list on which every test has the same
// outcome. Nothing when there are more than `most` cells.
std::optional<std::vector<uint32_t>> cells_of(const std::vector<WordTest>& tests, size_t most);

}  // namespace sbxc::bpf
