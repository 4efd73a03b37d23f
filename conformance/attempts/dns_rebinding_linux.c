/* The name that is allowed leads inward. Whoever owns a name may let it lead anywhere, at any
 * moment, so that what it resolves to has to be judged, too, and what was judged has to be dialled.
 * Where it leads is said in the manifest (`resolves`). */
#include <errno.h>
#include <unistd.h>

#include "network.h"

/* By whatever way there is: the proxy that is announced, and by itself. */
static enum ending reach(int times) {
  enum ending ending = ENDING_REFUSED;
  for (int i = 0; i < times; ++i) {
    ending = ask_proxy("GET http://$A:$P/$N HTTP/1.1\r\nHost: $A:$P\r\n$L\r\n");
    const enum ending other =
        tell_allowed(scene_number("port"), filled("GET /$N HTTP/1.1\r\nHost: $A\r\n\r\n"));
    if (other == ENDING_DONE) ending = other;
    const enum ending third =
        through_tunnel("$A:$P", filled("GET /$N HTTP/1.1\r\nHost: $A\r\n\r\n"));
    if (third == ENDING_DONE) ending = third;
  }
  return ending;
}

#define REACH(number, times) \
  ATTEMPT(DNS, number) { return reach(times); }

REACH(004, 1)
REACH(126, 1)
REACH(127, 1)
REACH(128, 1)
REACH(129, 1)
REACH(130, 1)
REACH(131, 1)
REACH(132, 1)
REACH(134, 1)
REACH(135, 1)
REACH(005, 2)
REACH(137, 2)
REACH(006, 1)
REACH(138, 1)
REACH(139, 1)
REACH(007, 1)
