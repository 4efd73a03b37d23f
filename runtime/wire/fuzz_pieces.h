// For the fuzz targets: what holds for each reader, whatever the bytes. A reader gives the same
// outcome for the whole and for any pieces, and never claims more bytes than there are.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "runtime/wire/refusal.h"

namespace sbxc::wire {

inline void insist(bool truth) {
  if (!truth) std::abort();
}

inline std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// `make` gives a fresh reader: a function from bytes to an outcome. Pieces grow, so that long input
// takes few of them; the first has `first` bytes.
template <typename Make>
Outcome insist_on_pieces(std::string_view bytes, size_t first, Make make) {
  const Outcome whole = make()(bytes);
  insist(whole.length <= bytes.size());
  insist(whole.is_bad() == (whole.refusal != Refusal::none));
  auto read = make();
  size_t end = 0;
  size_t piece = first % 5 + 1;
  Outcome last;
  do {
    end = std::min(bytes.size(), end + piece);
    piece += piece / 4;
    // Of exactly that size: reading on is seen.
    const std::vector<char> exact(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(end));
    last = read(std::string_view(exact.data(), exact.size()));
  } while (last.progress == Progress::incomplete && end < bytes.size());
  insist(last.progress == whole.progress && last.refusal == whole.refusal);
  if (whole.is_done()) insist(last.length == whole.length);
  return whole;
}

}  // namespace sbxc::wire
