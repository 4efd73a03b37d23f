/* The smallest command that can make every attempt of attempts.cc: a static program, for sandboxes in
 * which there is neither a shell nor a loader. Says only what its caller cannot see from outside. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static int copy_out(const char *path) {
  char buffer[4096];
  const int fd = open(path, O_RDONLY);
  if (fd < 0) return 4;
  for (ssize_t n = read(fd, buffer, sizeof buffer); n > 0; n = read(fd, buffer, sizeof buffer)) {
    if (write(STDOUT_FILENO, buffer, (size_t)n) != n) return 5;
  }
  return 0;
}

static int put(const char *path, const char *text) {
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0) return 4;
  return write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : 5;
}

static int reach_unix(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return 3;
  memcpy(address.sun_path, path, strlen(path));
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  return fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : 4;
}

static int reach_port(const char *port) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  address.sin_port = htons((uint16_t)atoi(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  return fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : 4;
}

/* Arguments that do nothing; what tells is whether a filter answered instead of the kernel. */
static int call(const char *number) {
  errno = 0;
  syscall(atol(number), -1L, 0L, 0L, 0L, 0L);
  return errno == EPERM || errno == ENOSYS ? 9 : 0;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  if (strcmp(argv[1], "read") == 0) return copy_out(argv[2]);
  if (strcmp(argv[1], "write") == 0 && argc == 4) return put(argv[2], argv[3]);
  if (strcmp(argv[1], "say") == 0) return puts(argv[2]) == EOF;
  if (strcmp(argv[1], "env") == 0) return puts(getenv(argv[2]) ? getenv(argv[2]) : "") == EOF;
  if (strcmp(argv[1], "socket") == 0) return reach_unix(argv[2]);
  if (strcmp(argv[1], "connect") == 0) return reach_port(argv[2]);
  if (strcmp(argv[1], "syscall") == 0) return call(argv[2]);
  return 2;
}
