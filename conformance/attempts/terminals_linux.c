/* Typing into terminals in the ways that Linux alone has. See terminals.c. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attempt.h"

/* The kernel reads 32 bits of the request, a filter may have compared 64. */
ATTEMPT(TTY, 101) {
  for (const char* next = scene("nonce"); *next; ++next) {
    if (syscall(SYS_ioctl, STDIN_FILENO, TIOCSTI | (1UL << 32), next) < 0)
      return refused("ioctl", errno);
  }
  return ENDING_DONE;
}

ATTEMPT(TTY, 109) {
  for (const char* next = scene("nonce"); *next; ++next) {
    if (syscall(SYS_ioctl, STDIN_FILENO, TIOCSTI | 0xdeadbeef00000000UL, next) < 0)
      return refused("ioctl", errno);
  }
  return ENDING_DONE;
}

/* Of a virtual console: its selection can be pasted. Asks for nothing but the keys held down. */
ATTEMPT(TTY, 003) {
  char subcode = 6; /* TIOCL_GETSHIFTSTATE */
  const int fd = open("/dev/tty0", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return refused("open", errno);
  return ioctl(fd, TIOCLINUX, &subcode) < 0 ? refused("ioctl", errno) : ENDING_DONE;
}
