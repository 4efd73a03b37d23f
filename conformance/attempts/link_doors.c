/* Links as doors: what lies behind a link of a protected name can be written by its own name, and
 * is what whoever comes later finds under the protected one. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_steps.h"

/* `.git` of a new repository leads to a directory whose hooks were written by another name. */
static enum ending makes_hooks(void) {
  mkdir(scene_path("work", "module"), 0755);
  return plants_program(scene_path("work", "near/hooks/pre-commit"), "#!/bin/sh\n");
}

ATTEMPT(LNK, 150) {
  const enum ending made = makes_hooks();
  if (made != ENDING_DONE) return made;
  return ended(symlink("../near", scene_path("work", "module/.git")), "symlink");
}

ATTEMPT(LNK, 151) {
  const enum ending made = makes_hooks();
  if (made != ENDING_DONE) return made;
  if (symlink("../near", scene_path("work", "module/door")) != 0) return refused("symlink", errno);
  return moves(scene_path("work", "module/door"), scene_path("work", "module/.git"));
}
