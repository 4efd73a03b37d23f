// Closing what a forked child has no use for: a copy of what belongs to others would keep it open
// after they have closed it. Safe between fork and exec.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <span>

namespace sbxc {

// From `first` to `last`; the number of the last descriptor there can be is not known.
inline void close_between(unsigned first, unsigned last) {
  if (first > last) return;
#ifdef __linux__
  if (close_range(first, last, 0) == 0) return;
#endif
  constexpr long kAtMost = 1 << 16;
  const long most = std::clamp(sysconf(_SC_OPEN_MAX), 256L, kAtMost);
  for (unsigned number = first; number <= last && number < static_cast<unsigned>(most); ++number) {
    close(static_cast<int>(number));
  }
}

// Everything from `first` on but `kept`, which is sorted by this. Negative numbers mean nothing.
inline void close_all_but(std::span<int> kept, unsigned first = 0) {
  std::sort(kept.begin(), kept.end());
  for (const int number : kept) {
    if (number < 0 || static_cast<unsigned>(number) < first) continue;
    const auto here = static_cast<unsigned>(number);
    if (here > first) close_between(first, here - 1);
    first = here + 1;
  }
  close_between(first, ~0U);
}

}  // namespace sbxc
