// Keys made of 32-bit words, for tables of states that are made of numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sbxc::bwrap_read {

using Words = std::vector<uint32_t>;

struct WordsHash {
  size_t operator()(const Words& words) const {
    uint64_t hash = 0x9E3779B97F4A7C15U;
    for (const uint32_t word : words) {
      hash = (hash ^ word) * 0xFF51AFD7ED558CCDU;
      hash ^= hash >> 32U;
    }
    return static_cast<size_t>(hash);
  }
};

}  // namespace sbxc::bwrap_read
