/* What is asked of the proxy: a host or a port that the policy does not allow, written in every way
 * that somebody between the policy and the kernel has read otherwise than somebody else. */
#include "network.h"

#define CONNECT(number, authority)                                                       \
  ATTEMPT(PXY, number) {                                                                 \
    return ask_proxy("CONNECT " authority " HTTP/1.1\r\nHost: " authority "\r\n$L\r\n"); \
  }
#define GET(number, url) \
  ATTEMPT(PXY, number) { return ask_proxy("GET " url " HTTP/1.1\r\nHost: $A\r\n$L\r\n"); }

/* Plainly. */
CONNECT(001, "$D:$P")
CONNECT(101, "[$6]:$P")
CONNECT(102, "$H:$P")
CONNECT(103, "$D:$O")
ATTEMPT(PXY, 002) { return ask_proxy("GET http://$D:$P/$N HTTP/1.1\r\nHost: $D:$P\r\n$L\r\n"); }
ATTEMPT(PXY, 016) { return ask_proxy("GET http://$H:$P/$N HTTP/1.1\r\nHost: $H:$P\r\n$L\r\n"); }
ATTEMPT(PXY, 104) {
  return ask_proxy(
      "POST http://$D:$P/$N HTTP/1.1\r\nHost: $D:$P\r\n$LContent-Length: 4\r\n\r\ndata");
}

/* The address in other words. */
CONNECT(003, "$d:$P")
CONNECT(105, "$x:$P")
CONNECT(106, "$o:$P")
CONNECT(107, "$X:$P")
CONNECT(108, "$t:$P")
CONNECT(109, "$s:$P")
CONNECT(110, "[$m]:$P")
CONNECT(111, "[$M]:$P")
CONNECT(112, "$D.:$P")
CONNECT(113, "$p:$P")
CONNECT(114, "$f:$P")
CONNECT(115, "$c:$P")
CONNECT(116, "$m:$P")
GET(117, "http://$d:$P/$N")
GET(118, "http://$x:$P/$N")
GET(119, "http://[$m]:$P/$N")
GET(120, "http://$p:$P/$N")

/* The allowed name beside it: who reads as far as here, and who further? */
CONNECT(121, "$D:$P#.$A:$P")
CONNECT(122, "$D:$P/.$A:$P")
CONNECT(123, "$D:$P\\.$A:$P")
CONNECT(124, "$A@$D:$P")
CONNECT(125, "$A:$P@$D:$P")
CONNECT(126, "$D:$P%00.$A:$P")
CONNECT(127, "$D:$P$0.$A:$P")
CONNECT(128, "$D:$P?.$A:$P")
GET(129, "http://$A@$D:$P/$N")
GET(130, "http://$A:$P@$D:$P/$N")
GET(131, "http://$D:$P#@$A/$N")
GET(132, "http://$D:$P\\@$A/$N")
GET(133, "http://$D:$P%00@$A/$N")
GET(134, "http://$A%40$D:$P/$N")
CONNECT(013, "$H$0.$A:$P")
CONNECT(135, "$H%00.$A:$P")
CONNECT(136, "$H%0d%0a.$A:$P")
CONNECT(137, "$H\t.$A:$P")
CONNECT(138, "$H $A:$P")

/* The loopback and its names. */
CONNECT(033, "localhost:$B")
CONNECT(139, "localhost.:$B")
CONNECT(140, "LOCALHOST:$B")
CONNECT(141, "127.0.0.1:$B")
CONNECT(142, "127.1:$B")
CONNECT(143, "0:$B")
CONNECT(144, "0.0.0.0:$B")
CONNECT(145, "[::1]:$B")
CONNECT(146, "[::]:$B")
CONNECT(147, "[::ffff:127.0.0.1]:$B")
CONNECT(148, "[::ffff:7f00:1]:$B")
CONNECT(149, "[0:0:0:0:0:0:0:1]:$B")
GET(150, "http://localhost:$B/$N")
GET(151, "http://2130706433:$B/$N")
GET(152, "http://017700000001:$B/$N")
/* A port that the policy allows, for another host. */
CONNECT(153, "127.0.0.1:$P")
CONNECT(154, "[::1]:$P")

/* The port. */
CONNECT(155, "$A:$O")
CONNECT(014, "$A:0$O")
CONNECT(156, "$A:+$O")
CONNECT(157, "$A: $O")
CONNECT(158, "$A:$P:$O")
CONNECT(159, "$A:$P@$A:$O")
GET(160, "http://$A:$O/$N")
GET(161, "http://$A:0$O/$N")

/* A proxy on this machine, which would be asked from outside then. */
ATTEMPT(PXY, 030) {
  return through_tunnel("127.0.0.1:$Q",
                        filled("GET http://$D:$O/$N HTTP/1.1\r\nHost: $D:$O\r\n\r\n"));
}
