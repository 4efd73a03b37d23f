#include "runtime/ask/forking.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace sbxc::ask {
namespace {

// From `first` to `last`; the number of the last descriptor there can be is not known.
void close_from(unsigned first, unsigned last) {
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

}  // namespace

Pipe make_pipe() {
  int ends[2];
  Pipe made;
#ifdef __linux__
  if (pipe2(ends, O_CLOEXEC) != 0) return made;
#else
  if (pipe(ends) != 0) return made;
  for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
#endif
  made.out.reset(ends[0]);
  made.in.reset(ends[1]);
  return made;
}

void close_all_but(std::array<int, 3> kept) {
  std::sort(kept.begin(), kept.end());
  unsigned next = 0;
  for (const int number : kept) {
    if (number < 0) continue;
    const auto here = static_cast<unsigned>(number);
    if (here > next) close_from(next, here - 1);
    next = here + 1;
  }
  close_from(next, ~0U);
}

}  // namespace sbxc::ask
