/* What must work: a host that the policy allows is reached, by the proxy that is announced where
 * there is one, and else as programs do that know of none. */
#include <stdlib.h>

#include "hello.h"
#include "network.h"

static int has_proxy(void) {
  return getenv("HTTP_PROXY") || getenv("http_proxy") || getenv("HTTPS_PROXY") ||
         getenv("https_proxy");
}

ATTEMPT(OKS, 005) {
  if (has_proxy()) return ask_proxy("GET http://$A:$P/$N HTTP/1.1\r\nHost: $A\r\n$L\r\n");
  return tell_allowed(scene_number("port"), filled("GET /$N HTTP/1.1\r\nHost: $A\r\n\r\n"));
}

ATTEMPT(OKS, 201) {
  const struct text name = filled("$A");
  const struct text hello = client_hello(&name, NULL, HELLO_PLAIN);
  if (has_proxy()) return through_tunnel("$A:$T", hello);
  return tell_allowed(scene_number("tls_port"), hello);
}
