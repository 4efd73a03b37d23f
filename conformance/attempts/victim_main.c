/* The process that attempts act on: `probe victim`, started by the suite outside every sandbox,
 * with secrets in its arguments, its environment and its memory, and a file of secrets open. It
 * reads its memory's secret from standard input, says where that lies, and then counts the signals
 * that it gets until its input ends. What else may befall it, the host sees from outside. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attempt.h"

static char memory[128];

/* Written at once: whoever kills this process afterwards does not undo it. */
static void count(int signal) {
  char line[] = "signal 00\n";
  line[7] = (char)('0' + signal / 10);
  line[8] = (char)('0' + signal % 10);
  const int error = errno;
  if (write(STDOUT_FILENO, line, sizeof line - 1) < 0) _exit(1);
  errno = error;
}

static enum ending be_victim(void) {
  char byte = 0;
  ssize_t n = 0;
  struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};
  for (int signal = 1; signal < 32; ++signal) sigaction(signal, &action, NULL);
  size_t size = 0;
  while (size < sizeof memory - 1 && read(STDIN_FILENO, memory + size, 1) == 1 &&
         memory[size] != '\n')
    ++size;
  memory[size] = '\0';
  const int fd = open(scene("file"), O_RDONLY);
  char line[128];
  const int length = snprintf(line, sizeof line, "victim %ld %d\n", (long)(void*)memory, fd);
  if (write(STDOUT_FILENO, line, (size_t)length) != length) return ENDING_REFUSED;
  do n = read(STDIN_FILENO, &byte, 1);
  while (n == 1 || (n < 0 && errno == EINTR));
  return ENDING_DONE;
}

__attribute__((constructor)) static void add_victim(void) {
  static struct attempt entry = {"victim", be_victim, 0};
  add_attempt(&entry);
}
