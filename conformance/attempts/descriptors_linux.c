/* Inherited descriptors of kinds that Linux alone has, and the names that they have in /proc. See
 * descriptors.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attempt.h"

static int inherited(const char* name) { return (int)scene_number(name); }

static enum ending read_by_name(int fd) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return got_file(path) == 0 ? ENDING_DONE : refused("open", errno);
}

ATTEMPT(FDS, 008) { return read_by_name(inherited("fd_memory")); }
ATTEMPT(FDS, 104) { return read_by_name(inherited("fd_file")); }

ATTEMPT(FDS, 106) {
  if (syscall(SYS_pidfd_send_signal, inherited("fd_process"), 10 /* SIGUSR1 */, NULL, 0) < 0)
    return refused("pidfd_send_signal", errno);
  hold();
  return ENDING_DONE;
}

/* A path alone (O_PATH): neither readable nor writable, until it is opened by its own name. */
ATTEMPT(FDS, 112) { return read_by_name(inherited("fd_path")); }

/* The parents of an inherited directory lead up to the root. */
ATTEMPT(FDS, 113) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d/../../../../../../..", inherited("fd_directory"));
  const int top = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (top < 0) return refused("open", errno);
  const int fd = openat(top, scene_path("home", ".ssh/id_ed25519") + 1, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return refused("openat", errno);
  return got_descriptor(fd) == 0 ? ENDING_DONE : refused("read", errno);
}

/* The host counts what is open. */
ATTEMPT(FDS, 005) {
  hold();
  return ENDING_DONE;
}
