/* Names that a wildcard of the policy denies: at every depth, below hidden directories, at names
 * that trip up what expands, quotes or counts them, and where they appear late. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_steps.h"

#define READS(group, number, path) \
  ATTEMPT(group, number) { return reads(scene_path("work", path)); }

READS(GLB, 001, ".env.local")
READS(GLB, 002, "pkg/a/b/c/d/.env")
READS(GLB, 003, ".hidden/.env")
READS(GLB, 101, "ignored/.env")
READS(GLB, 004, "odd [x]*?\n name/.env")
READS(GLB, 102, "caf\u00e9 \U0001F600/.env")
READS(GLB, 103, "back\\slash\\/.env")
READS(GLB, 010, ".env.production")
READS(GLB, 011, "real/link/.env")
READS(GLB, 012, "many/1999/.env")
READS(GLB, 104, "many/0/.env")
READS(GLB, 014, "caf\xe9/.env")

READS(INJ, 003, "--bind/.env")
READS(INJ, 101, "$(touch mark)/.env")
READS(INJ, 102, "%s%n%00/.env")
READS(INJ, 103, "a\") (allow default) (\"b/.env")

/* A scanner that could not look into a directory has not seen what is in it. */
ATTEMPT(GLB, 013) {
  if (chmod(scene_path("work", "closed"), 0700) != 0) return refused("chmod", errno);
  return reads(scene_path("work", "closed/.env"));
}

ATTEMPT(GLB, 005) { return plants(scene_path("work", "late/.env")); }
ATTEMPT(GLB, 105) { return plants(scene_path("work", "late/a.code-workspace")); }
ATTEMPT(GLB, 106) { return plants(scene_path("work", "a\nb/.vscode/tasks.json")); }
ATTEMPT(GLB, 107) { return plants(scene_path("work", "a b/c'\"d/.mcp.json")); }
ATTEMPT(GLB, 023) { return plants(scene_path("work", ".zed/settings.json")); }
ATTEMPT(GLB, 108) { return plants(scene_path("work", "pkg/x/y/z/.zed/tasks.json")); }
ATTEMPT(GLB, 109) { return plants(scene_path("work", ".env.new")); }

/* Relative to a directory that is not the one in which the policy was read. */
ATTEMPT(GLB, 020) {
  if (chdir(scene_path("work", "src/deep")) != 0) return refused("chdir", errno);
  return reads("../../sub/.env");
}

/* The policy allows one name and denies the other. */
ATTEMPT(GLB, 110) {
  return moves(scene_path("work", ".env.example"), scene_path("work", ".env.new"));
}
ATTEMPT(GLB, 111) { return moves(scene_path("work", ".env.example"), scene_path("work", ".env")); }

/* A file that the host makes while the command runs. */
ATTEMPT(GLB, 112) {
  hold_for("make");
  return reads(scene_path("work", "src/.env"));
}
