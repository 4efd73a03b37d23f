// A pipe whose ends are closed by an exec. macOS has no pipe2: there another thread that forks in
// between would pass them on, and nothing that uses this starts programs from several threads.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include "runtime/descriptor/descriptor.h"

namespace sbxc {

struct Pipe {
  Descriptor read;
  Descriptor write;
  explicit operator bool() const { return read.is_open(); }
};

// Closed ends, with errno, when there is none.
inline Pipe open_pipe() {
  int ends[2];
#if defined(__APPLE__)
  if (pipe(ends) != 0) return {};
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
#else
  if (pipe2(ends, O_CLOEXEC) != 0) return {};
#endif
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

}  // namespace sbxc
