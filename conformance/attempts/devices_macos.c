/* Devices of macOS: opened for reading and closed again. */
#ifdef __APPLE__
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "file_steps.h"

static enum ending opens(const char* path) {
  const int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) {
    refused("open", errno);
    return cannot("there is no such device, or not for this user");
  }
  close(fd);
  return ENDING_DONE;
}

#define OPENS(number, path) \
  ATTEMPT(DEV, number) { return opens(path); }

OPENS(008, "/dev/disk0")
OPENS(200, "/dev/rdisk0")
OPENS(201, "/dev/bpf0")
OPENS(202, "/dev/pf")
OPENS(203, "/dev/auditpipe")
OPENS(204, "/dev/console")
OPENS(205, "/dev/fsevents")
OPENS(206, "/dev/io8log")
#endif
