/* Hosts that exist in a network of the suite's own alone: what clouds keep at addresses of their
 * own, addresses of IPv6 with one of IPv4 in them, names that lead to the loopback. */
#include "network.h"

#define CONNECT(number, authority)                                                       \
  ATTEMPT(PXY, number) {                                                                 \
    return ask_proxy("CONNECT " authority " HTTP/1.1\r\nHost: " authority "\r\n$L\r\n"); \
  }

CONNECT(031, "169.254.169.254:80")
CONNECT(163, "[fd00:ec2::254]:80")
CONNECT(164, "100.100.100.200:80")
CONNECT(165, "metadata.google.internal:80")
CONNECT(166, "2852039166:80")
CONNECT(167, "[::ffff:169.254.169.254]:80")
ATTEMPT(PXY, 168) {
  return ask_proxy(
      "GET http://169.254.169.254/latest/meta-data/$N HTTP/1.1\r\nHost: 169.254.169.254\r\n$L\r\n");
}
CONNECT(032, "[::127.0.0.1]:80")
CONNECT(169, "[64:ff9b::7f00:1]:80")
CONNECT(170, "[2002:7f00:1::]:80")
CONNECT(174, "[fd00:66::10]:80")
CONNECT(175, "10.66.0.10:80")
CONNECT(176, "127.0.0.3:$B")
CONNECT(177, "x.localhost:$B")
CONNECT(178, "x.127.0.0.1.nip.test:$B")
CONNECT(179, "host.docker.internal:$B")
CONNECT(180, "198.51.100.1:$B")
/* Names are not looked up before they are allowed: the question alone would tell something. */
CONNECT(181, "$N.denied.test:443")
CONNECT(182, "$N.$A:443")
CONNECT(183, "$N.$A.:443")
