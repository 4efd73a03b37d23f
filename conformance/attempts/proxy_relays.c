/* The proxy by way of somebody else inside, and what is left when it is gone: the same verdict for
 * whoever asks, and no network without it. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "network.h"

#define DENIED "CONNECT $D:$O HTTP/1.1\r\nHost: $D:$O\r\n$L\r\n"

static int pass_on(int from, int to) {
  char bytes[4096];
  const ssize_t n = recv(from, bytes, sizeof bytes, 0);
  return n > 0 && send(to, bytes, (size_t)n, 0) == n;
}

static void relay(int here) {
  const int there = proxy_socket();
  struct pollfd both[2] = {{.fd = here, .events = POLLIN}, {.fd = there, .events = POLLIN}};
  signal(SIGPIPE, SIG_IGN);
  while (there >= 0 && poll(both, 2, 2000) > 0) {
    if (both[0].revents && !pass_on(here, there)) break;
    if (both[1].revents && !pass_on(there, here)) break;
  }
  _exit(0);
}

ATTEMPT(PXY, 023) {
  int ends[2];
  const struct text request = filled(DENIED);
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return refused("socketpair", errno);
  const pid_t child = fork();
  if (child < 0) return refused("fork", errno);
  if (child == 0) {
    close(ends[0]);
    relay(ends[1]);
  }
  close(ends[1]);
  const long n = exchange(ends[0], request.bytes, request.size);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  const int denied = n > 9 && memcmp(reply, "HTTP/1.1 ", 9) == 0 && reply[9] == '4';
  return n <= 0 || denied ? refused("request by a relay", EACCES) : ENDING_DONE;
}

/* Who says yes first and looks afterwards has told a program that it is connected. */
ATTEMPT(PXY, 041) {
  const struct text request = filled(DENIED);
  const int fd = proxy_socket();
  if (fd < 0) return refused("connect to the proxy", errno);
  const long n = exchange(fd, request.bytes, request.size);
  close(fd);
  const int yes = n > 12 && memcmp(reply, "HTTP/1.", 7) == 0 && memcmp(reply + 8, " 2", 2) == 0;
  return yes ? ENDING_DONE : refused("CONNECT", EACCES);
}

/* Whoever started it all is killed, and the proxy with it. Outside that is this process itself,
 * so that a child has to go on. */
ATTEMPT(PXY, 027) {
  const pid_t before = getpid();
  const pid_t child = fork();
  if (child < 0) return refused("fork", errno);
  if (child > 0) {
    hold_for("kill the launcher");
    sleep(1);
    return ENDING_DONE;
  }
  for (int i = 0; i < 1500 && getppid() == before; ++i) usleep(1000);
  return visit(scene("denied4"), scene_number("other_port"));
}
