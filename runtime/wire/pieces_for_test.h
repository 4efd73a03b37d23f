// Hands bytes to a reader in pieces, each time in memory that ends where they end, so that a
// sanitizer sees a look beyond them.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/wire/refusal.h"

namespace sbxc::wire {

// `read` is called with growing beginnings of `bytes` until it is done with them or refuses them.
// Pieces are as long as `sizes` says, one byte each after that.
template <typename Read>
Outcome in_pieces(std::string_view bytes, const std::vector<size_t>& sizes, Read read) {
  size_t end = 0;
  for (size_t piece = 0;; ++piece) {
    end = std::min(bytes.size(),
                   end + (piece < sizes.size() ? std::max<size_t>(sizes[piece], 1) : 1));
    const std::vector<char> exact(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(end));
    const Outcome outcome = read(std::string_view(exact.data(), exact.size()));
    if (outcome.progress != Progress::incomplete || end == bytes.size()) return outcome;
  }
}

inline std::string named(Refusal refusal) { return std::string(facts_of(refusal).name); }

// `done 12`, `incomplete`, `bad_port`.
inline std::string named(const Outcome& outcome) {
  if (outcome.is_done()) return "done " + std::to_string(outcome.length);
  return outcome.is_bad() ? named(outcome.refusal) : "incomplete";
}

// Bytes written as hexadecimal digits; blanks are skipped.
inline std::string unhex(std::string_view digits) {
  std::string out;
  int high = -1;
  for (const char c : digits) {
    if (c == ' ') continue;
    const int value = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    if (high >= 0) out += static_cast<char>(high << 4 | value);
    high = high >= 0 ? -1 : value;
  }
  return out;
}

}  // namespace sbxc::wire
