/* Something inside listens, and somebody on the host connects: a way in, and with it a way out. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "network.h"

static void answer_each(int listener) {
  const struct text text = filled("HTTP/1.1 200 OK\r\n\r\nfrom inside $N\n");
  for (;;) {
    const int fd = accept(listener, NULL, NULL);
    if (fd < 0) _exit(0);
    (void)send(fd, text.bytes, text.size, 0);
    close(fd);
  }
}

static enum ending listen_on(const char* address) {
  const struct peer own = peer_at(address, scene_number("listen_port"));
  const int fd = socket(own.name.any.sa_family, SOCK_STREAM, 0);
  const int yes = 1;
  if (fd < 0) return refused("socket", errno);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(fd, &own.name.any, own.size) != 0 || listen(fd, 8) != 0) return refused("bind", errno);
  const pid_t child = fork();
  if (child == 0) answer_each(fd);
  hold_for("dial");
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return ENDING_DONE;
}

ATTEMPT(NET, 005) { return listen_on("127.0.0.1"); }
ATTEMPT(NET, 166) { return listen_on("0.0.0.0"); }
ATTEMPT(NET, 167) { return listen_on("::"); }
