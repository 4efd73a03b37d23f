/* Files that come to be while the command runs: a sandbox that was made of what was there at the
 * start knows nothing of them. */
#include "file_steps.h"

ATTEMPT(FSR, 014) {
  hold_for("make");
  return reads(scene_path("home", ".gsutil/token"));
}

ATTEMPT(FSR, 140) {
  hold_for("make");
  return reads(scene_path("home", "late/gsutil/token"));
}

ATTEMPT(FSR, 015) {
  hold_for("make");
  return reads(scene_path("home", ".fly/config.yml"));
}

ATTEMPT(FSR, 141) {
  hold_for("make");
  return lists(scene("outside"));
}
