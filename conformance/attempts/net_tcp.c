/* Connections that know of no proxy: to what listens on the host's own loopback, and to addresses
 * of the internet that no rule speaks of. */
#include <errno.h>
#include <unistd.h>

#include "network.h"

ATTEMPT(NET, 001) { return visit("127.0.0.1", scene_number("loopback_port")); }
ATTEMPT(NET, 101) { return visit("::1", scene_number("loopback_port")); }
ATTEMPT(NET, 002) { return visit("0.0.0.0", scene_number("loopback_port")); }
ATTEMPT(NET, 102) { return visit("::", scene_number("loopback_port")); }
ATTEMPT(NET, 103) { return visit("::ffff:127.0.0.1", scene_number("loopback_port")); }
/* A port that the policy allows elsewhere. */
ATTEMPT(NET, 104) { return visit("127.0.0.1", scene_number("port")); }
ATTEMPT(NET, 105) { return visit("::1", scene_number("port")); }
/* Another proxy on this machine, which refuses nothing. */
ATTEMPT(NET, 106) {
  const int fd = tcp_to("127.0.0.1", scene_number("proxy_port"));
  if (fd < 0) return refused("connect", errno);
  const struct text text = filled("GET http://$D:$O/$N HTTP/1.1\r\nHost: $D:$O\r\n\r\n");
  const long n = exchange(fd, text.bytes, text.size);
  close(fd);
  return n > 0 ? ENDING_DONE : refused("no answer", ECONNRESET);
}

ATTEMPT(NET, 107) { return visit(scene("denied4"), scene_number("port")); }
ATTEMPT(NET, 108) { return visit(scene("denied4"), scene_number("tls_port")); }
ATTEMPT(NET, 109) { return visit(scene("denied4"), scene_number("other_port")); }
ATTEMPT(NET, 110) { return visit(scene("denied6"), scene_number("port")); }
ATTEMPT(NET, 111) { return visit(scene("denied6"), scene_number("other_port")); }
/* The address of a name that is allowed is not the name. */
ATTEMPT(NET, 112) { return visit(scene("allowed4"), scene_number("port")); }
ATTEMPT(NET, 113) { return visit(scene("allowed4"), scene_number("other_port")); }
/* The name, at a port that the policy says nothing of. */
ATTEMPT(NET, 114) {
  return tell_allowed(scene_number("other_port"), filled("GET /$N HTTP/1.1\r\nHost: $A\r\n\r\n"));
}
