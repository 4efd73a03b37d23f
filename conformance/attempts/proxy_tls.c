/* TLS to the address of a name that is allowed, for another name: what stands in the ClientHello
 * chooses whose server answers there. Through the proxy's CONNECT, and without it. */
#include <string.h>

#include "hello.h"
#include "network.h"

static enum ending by_both(const char* first, const char* second, enum hello_shape shape) {
  const struct text one = filled(first ? first : "");
  const struct text two = filled(second ? second : "");
  const struct text hello = client_hello(first ? &one : NULL, second ? &two : NULL, shape);
  const enum ending tunnelled = through_tunnel("$A:$T", hello);
  const enum ending direct = tell_allowed(scene_number("tls_port"), hello);
  return direct == ENDING_DONE ? direct : tunnelled;
}

#define HELLO(number, first, second, shape) \
  ATTEMPT(PXY, number) { return by_both(first, second, shape); }

HELLO(017, "$H", NULL, HELLO_PLAIN)
HELLO(261, "$H", NULL, HELLO_IN_RECORDS)
HELLO(262, "$A", "$H", HELLO_TWO_NAMES)
HELLO(263, "$H", "$A", HELLO_TWO_NAMES)
HELLO(264, "$A", "$H", HELLO_TWO_EXTENSIONS)
HELLO(265, "$H", "$A", HELLO_TWO_EXTENSIONS)
HELLO(266, "$H$0.$A", NULL, HELLO_PLAIN)
HELLO(267, "$A$0.$H", NULL, HELLO_PLAIN)
HELLO(268, "x.$A", NULL, HELLO_PLAIN)
HELLO(269, "$D", NULL, HELLO_PLAIN)
HELLO(019, NULL, NULL, HELLO_PLAIN)
HELLO(270, "", NULL, HELLO_PLAIN)
HELLO(271, "$H", NULL, HELLO_ODD_TYPE)

/* TLS where HTTP is expected. */
ATTEMPT(PXY, 272) {
  const struct text name = filled("$H");
  return tell_allowed(scene_number("port"), client_hello(&name, NULL, HELLO_PLAIN));
}
/* A request in the clear, for another host, where TLS is expected; and by itself, without a proxy.
 */
ATTEMPT(PXY, 273) {
  return through_tunnel("$A:$T", filled("GET /$N HTTP/1.1\r\nHost: $H\r\n\r\n"));
}
ATTEMPT(PXY, 274) {
  return tell_allowed(scene_number("port"), filled("GET /$N HTTP/1.1\r\nHost: $H\r\n\r\n"));
}
ATTEMPT(PXY, 275) {
  return tell_allowed(
      scene_number("port"),
      filled("GET /$N HTTP/1.1\r\nHost: $A\r\n\r\nGET /$N HTTP/1.1\r\nHost: $H\r\n\r\n"));
}
ATTEMPT(PXY, 276) {
  return tell_allowed(scene_number("port"),
                      filled("GET /$N HTTP/1.1\r\nHost: $A\r\nHost: $H\r\n\r\n"));
}
ATTEMPT(PXY, 277) {
  return tell_allowed(scene_number("port"),
                      filled("GET http://$H/$N HTTP/1.1\r\nHost: $A\r\n\r\n"));
}
ATTEMPT(PXY, 278) {
  return tell_allowed(scene_number("port"), filled("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n$N $H"));
}
ATTEMPT(PXY, 279) {
  return through_tunnel("$A:$T", filled("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n$N $H"));
}
ATTEMPT(PXY, 280) {
  return tell_allowed(
      scene_number("port"),
      filled(
          "POST /$N HTTP/1.1\r\nHost: $A\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
          "0\r\n\r\nGET /$N HTTP/1.1\r\nHost: $H\r\n\r\n"));
}
/* HTTP/1.0 needs no Host, and then the first server answers. */
ATTEMPT(PXY, 281) {
  return tell_allowed(scene_number("port"), filled("GET http://$H/$N HTTP/1.0\r\n\r\n"));
}
