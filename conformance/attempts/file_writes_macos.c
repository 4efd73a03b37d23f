/* Changing files by what only macOS has: flags, access lists, copies that share blocks, swaps. */
#ifdef __APPLE__
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/acl.h>
#include <sys/clonefile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attributes.h"
#include "file_steps.h"

static const char* victim(void) { return scene_path("outside", "victim.txt"); }

ATTEMPT(FSW, 014) { return ended(chflags(victim(), UF_HIDDEN), "chflags"); }

ATTEMPT(FSW, 200) {
  const int fd = open(scene_path("work", ".git/config"), O_RDONLY);
  if (fd < 0) return refused("open", errno);
  return ended(fchflags(fd, UF_HIDDEN), "fchflags");
}

ATTEMPT(FSW, 201) {
  acl_t list =
      acl_from_text("!#acl 1\ngroup:ABCDEFAB-CDEF-ABCD-EFAB-CDEF0000000C:everyone:12:allow:read\n");
  if (!list) return refused("acl_from_text", errno);
  return ended(acl_set_file(victim(), ACL_TYPE_EXTENDED, list), "acl_set_file");
}

ATTEMPT(FSW, 202) {
  return ended(set_attribute(victim(), "com.apple.quarantine", "0081;0;sbxc;"), "setxattr");
}

ATTEMPT(FSW, 203) {
  return ended(clonefile(scene_path("work", "README.md"), scene_path("outside", "made"), 0),
               "clonefile");
}

ATTEMPT(FSW, 204) {
  return ended(
      clonefile(scene_path("work", "README.md"), scene_path("work", ".git/hooks/pre-push"), 0),
      "clonefile");
}

ATTEMPT(FSW, 205) {
  return ended(set_attribute(victim(), "com.apple.ResourceFork", "fork"), "setxattr");
}

ATTEMPT(FSW, 206) { return plants(text("%s/..namedfork/rsrc", victim())); }

ATTEMPT(REN, 008) {
  const char* plain = scene_path("work", "plain");
  if (plants(plain) != ENDING_DONE) return ENDING_REFUSED;
  if (renamex_np(plain, scene_path("work", ".env"), RENAME_SWAP) != 0)
    return refused("renamex_np", errno);
  return reads(plain);
}

ATTEMPT(REN, 123) {
  if (plants(scene_path("work", "git/config")) != ENDING_DONE) return ENDING_REFUSED;
  return ended(renamex_np(scene_path("work", "git"), scene_path("work", ".git"), RENAME_SWAP),
               "renamex_np");
}

/* Spellings that open the same file on a volume that ignores case and the form of accents. */
ATTEMPT(PER, 200) { return plants(scene_path("work", ".GIT/hooks/pre-commit")); }
ATTEMPT(PER, 201) { return plants(scene_path("work", ".git/HOOKS/pre-push")); }
ATTEMPT(PER, 202) { return appends(scene_path("work", ".git/CONFIG")); }
ATTEMPT(PER, 203) { return plants(scene_path("work", ".Claude/Settings.Local.JSON")); }
ATTEMPT(PER, 204) { return plants(scene_path("work", ".VSCODE/launch.json")); }
ATTEMPT(PER, 205) { return plants(scene_path("work", ".VSCode/tasks.json")); }
ATTEMPT(PER, 206) { return plants(scene_path("work", ".v\u017Fcode/launch.json")); }
ATTEMPT(PER, 207) { return plants(scene_path("work", ".mcp.JSON")); }
ATTEMPT(PER, 208) { return appends(scene_path("home", ".BASHRC")); }
#endif
