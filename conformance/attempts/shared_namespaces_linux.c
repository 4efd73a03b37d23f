/* The namespaces that a command is in from the start, which the host compares with its own. One
 * that is shared is seldom an escape by itself: it is what other attempts begin with. */
#include "attempt.h"

static enum ending be_looked_at(void) {
  hold();
  return ENDING_DONE;
}

ATTEMPT(MNT, 140) { return be_looked_at(); }
ATTEMPT(MNT, 141) { return be_looked_at(); }
ATTEMPT(MNT, 142) { return be_looked_at(); }
ATTEMPT(MNT, 143) { return be_looked_at(); }
ATTEMPT(MNT, 144) { return be_looked_at(); }
ATTEMPT(MNT, 145) { return be_looked_at(); }
ATTEMPT(MNT, 146) { return be_looked_at(); }
