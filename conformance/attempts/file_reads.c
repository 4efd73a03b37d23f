/* Reading a file that the policy denies, by every way to name or reach it. */
#include <errno.h>
#include <string.h>

#include "attempt.h"

ATTEMPT(FSR, 001) {
  if (got_file(scene_path("home", ".ssh/id_ed25519")) == 0) return ENDING_DONE;
  return refused("open", errno);
}
