/* Requests that name two hosts, or name them late, or in a form that not everybody reads. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "network.h"

#define SAY(number, pattern) \
  ATTEMPT(PXY, number) { return ask_proxy(pattern); }
#define DENIED_REQUEST "GET http://$D:$O/$N HTTP/1.1\r\nHost: $D:$O\r\n$L\r\n"

/* The target and the Host. */
SAY(004, "GET http://$A:$P/$N HTTP/1.1\r\nHost: $D:$O\r\n$L\r\n")
SAY(184, "GET http://$D:$O/$N HTTP/1.1\r\nHost: $A\r\n$L\r\n")
SAY(185, "GET http://$A:$P/$N HTTP/1.1\r\nHost: $A\r\nHost: $D:$O\r\n$L\r\n")
SAY(186, "GET http://$A:$P/$N HTTP/1.1\r\nHost: $D:$O\r\nHost: $A\r\n$L\r\n")
SAY(187, "GET /$N HTTP/1.1\r\nHost: $D:$O\r\n$L\r\n")
SAY(188, "GET http://$A:$P/$N HTTP/1.1\r\nX: y\r\n Host: $D:$O\r\nHost : $D:$O\r\n$L\r\n")
SAY(190, "GET http://$A:$P/$N HTTP/1.1\r\nX-Forwarded-Host: $D\r\nHost:$D:$O\r\n$L\r\n")

/* Target forms. */
SAY(035, "GET https://$D:$O/$N HTTP/1.1\r\nHost: $D:$O\r\n$L\r\n")
SAY(191, "GET HTTP://$D:$O/$N HTTP/1.1\r\nHost: $D:$O\r\n$L\r\n")
SAY(192, "GET //$D:$O/$N HTTP/1.1\r\nHost: $A\r\n$L\r\n")
SAY(193, "OPTIONS * HTTP/1.1\r\nHost: $D:$O\r\n$L\r\n")
SAY(194, "GET ws://$D:$O/$N HTTP/1.1\r\nHost: $D:$O\r\n$L\r\n")
SAY(282, "GET ftp://$D:$O/$N HTTP/1.1\r\nHost: $D:$O\r\n$L\r\n")
ATTEMPT(PXY, 009) {
  char pattern[600];
  snprintf(pattern, sizeof pattern, "GET file://%s HTTP/1.1\r\nHost: $A\r\n$L\r\n",
           scene_path("home", ".ssh/id_ed25519"));
  return ask_proxy(pattern);
}
SAY(034, "connect $D:$O HTTP/1.1\r\nHost: $D:$O\r\n$L\r\n")
SAY(195, "get http://$D:$O/$N HTTP/1.1\r\nHost: $D:$O\r\n$L\r\n")
SAY(196, "GET http://$D:$O/$N\r\n\r\n")
SAY(197, "GET http://$D:$O/$N HTTP/1.0\r\n$L\r\n")
SAY(198, "GET http://$D:$O/$N HTTP/9.9\r\nHost: $D:$O\r\n$L\r\n")
SAY(199, "\r\n\r\nGET http://$D:$O/$N HTTP/1.1\r\nHost: $D:$O\r\n$L\r\n")
SAY(200, "GET\thttp://$D:$O/$N\tHTTP/1.1\r\nHost: $D:$O\r\n$L\r\n")
SAY(201, "GET http://$D:$O/$N HTTP/1.1\nHost: $D:$O\n$L\n")
SAY(202, "XYZZY http://$D:$O/$N HTTP/1.1\r\nHost: $D:$O\r\n$L\r\n")

/* The next request on a connection that was let through once. */
static enum ending then(const char* first, const char* second) {
  const struct text one = filled(first);
  const struct text two = filled(second);
  const int fd = proxy_socket();
  if (fd < 0) return refused("connect to the proxy", errno);
  if (exchange(fd, one.bytes, one.size) <= 0) {
    close(fd);
    return refused("first request", ECONNRESET);
  }
  const long n = exchange(fd, two.bytes, two.size);
  const int denied = n > 9 && memcmp(reply, "HTTP/1.1 ", 9) == 0 && reply[9] == '4';
  close(fd);
  return n <= 0 || denied ? refused("second request", EACCES) : ENDING_DONE;
}
#define ALLOWED_REQUEST "GET http://$A:$P/$N HTTP/1.1\r\nHost: $A\r\n$L\r\n"
ATTEMPT(PXY, 005) { return then(ALLOWED_REQUEST, DENIED_REQUEST); }
SAY(203, ALLOWED_REQUEST DENIED_REQUEST)
ATTEMPT(PXY, 204) {
  return then(ALLOWED_REQUEST, "CONNECT $D:$O HTTP/1.1\r\nHost: $D:$O\r\n$L\r\n");
}
ATTEMPT(PXY, 205) {
  return then(ALLOWED_REQUEST, "GET http://$A:$P/$N HTTP/1.1\r\nHost: $D:$O\r\n$L\r\n");
}
/* After the protocol was changed (RFC 9110 7.8). */
ATTEMPT(PXY, 021) {
  return then(
      "GET http://$A:$P/$N HTTP/1.1\r\nHost: $A\r\n$LUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
      DENIED_REQUEST);
}
/* A redirect is the client's to follow. */
SAY(022, "GET http://$A:$P/to?http://$D:$O/$N HTTP/1.1\r\nHost: $A\r\n$L\r\n")

/* HTTP/2 without TLS, and the way to it (RFC 9113 3). */
SAY(020, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nGET http://$D:$O/$N HTTP/1.1\r\n\r\n")
SAY(206,
    "GET http://$A:$P/$N HTTP/1.1\r\nHost: $D:$O\r\n$LConnection: Upgrade, HTTP2-Settings\r\n"
    "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")

/* Headers that speak of the host to whoever stands behind (RFC 9110 7.6.1). */
SAY(029,
    "GET http://$A:$P/$N HTTP/1.1\r\nHost: $A\r\n$LConnection: Host, close\r\nHost: $D:$O\r\n\r\n")
