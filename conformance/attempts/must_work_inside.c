/* What must work, of what a program does with those who started it and with itself: it is given
 * input, and its parts talk to each other on the loopback, where the policy lets them. */
#include <errno.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file_steps.h"
#include "network.h"

static const char* proof(void) { return scene_path("work", "proof"); }

ATTEMPT(OKS, 006) {
  return hold_for("an answer") ? plants(proof()) : refused("read of standard input", ETIMEDOUT);
}

ATTEMPT(OKS, 008) {
  const long port = scene_number("listen_port");
  const struct peer own = peer_at("127.0.0.1", port);
  const int yes = 1;
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0) return refused("socket", errno);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, &own.name.any, own.size) != 0 || listen(listener, 1) != 0)
    return refused("bind", errno);
  const int client = tcp_to("127.0.0.1", port);
  if (client < 0) return refused("connect", errno);
  char byte = 0;
  struct pollfd caller = {.fd = listener, .events = POLLIN};
  if (poll(&caller, 1, 1000) != 1) return refused("accept", ETIMEDOUT);
  const int server = accept(listener, NULL, NULL);
  if (server < 0 || send(client, "x", 1, 0) != 1 || recv(server, &byte, 1, 0) != 1)
    return refused("accept", errno);
  return plants(proof());
}
