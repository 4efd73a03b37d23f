/* The terminal that a sandbox's command shares with the shell that comes after it: what is typed
 * into it from inside is read outside. Standard input is the suite's terminal; the host looks at
 * what waits there to be read. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "attempt.h"

static enum ending type_into(int fd, unsigned long request) {
  for (const char* next = scene("nonce"); *next; ++next) {
    if (ioctl(fd, request, next) < 0) return refused("ioctl", errno);
  }
  return ENDING_DONE;
}

ATTEMPT(TTY, 001) { return type_into(STDIN_FILENO, TIOCSTI); }

ATTEMPT(TTY, 103) {
  const int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
  return fd < 0 ? refused("open", errno) : type_into(fd, TIOCSTI);
}

/* A session of one's own that takes the terminal for its own. */
ATTEMPT(TTY, 102) {
  const pid_t child = fork();
  if (child < 0) return refused("fork", errno);
  if (child == 0) {
    setsid();
    if (ioctl(STDIN_FILENO, TIOCSCTTY, 1) < 0) refused("ioctl", errno);
    type_into(STDIN_FILENO, TIOCSTI);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  return ENDING_DONE;
}

/* Another terminal of the same user. */
ATTEMPT(TTY, 002) {
  const char* nonce = scene("nonce");
  const int fd = open(scene("pty_other"), O_WRONLY | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return refused("open", errno);
  return write(fd, nonce, strlen(nonce)) < 0 ? refused("write", errno) : ENDING_DONE;
}

/* What is typed there is read here instead. */
ATTEMPT(TTY, 106) {
  char typed[128];
  const int fd = open(scene("pty_other"), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return refused("open", errno);
  const ssize_t n = read(fd, typed, sizeof typed);
  if (n <= 0) return refused("read", errno);
  got(typed, (size_t)n);
  return ENDING_DONE;
}

ATTEMPT(TTY, 107) {
  const int fd = open(scene("pty_other"), O_WRONLY | O_NOCTTY | O_CLOEXEC);
  return fd < 0 ? refused("open", errno) : type_into(fd, TIOCSTI);
}

/* Modes that the shell finds afterwards: no echo, no signals. */
ATTEMPT(TTY, 006) {
  struct termios modes;
  if (tcgetattr(STDIN_FILENO, &modes) < 0) return refused("tcgetattr", errno);
  modes.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
  return tcsetattr(STDIN_FILENO, TCSANOW, &modes) == 0 ? ENDING_DONE : refused("tcsetattr", errno);
}

ATTEMPT(TTY, 108) {
  const int fd = open(scene("pty_own"), O_RDWR | O_NOCTTY | O_CLOEXEC);
  return fd < 0 ? refused("open", errno) : type_into(fd, TIOCSTI);
}
