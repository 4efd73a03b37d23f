/* Reading a denied file by what only macOS has: other spellings that open the same file (APFS
 * ignores case and the form of accents unless it was made not to), further names of every
 * directory, and calls that read without open(2). */
#ifdef __APPLE__
#include <errno.h>
#include <string.h>
#include <sys/clonefile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_steps.h"

ATTEMPT(FSR, 018) { return reads(scene_path("home", ".SSH/ID_ED25519")); }
ATTEMPT(FSR, 200) { return reads(scene_path("home", ".Aws/Credentials")); }
ATTEMPT(FSR, 201) { return reads(scene_path("home", "LIBRARY/keychains/LOGIN.keychain-db")); }
/* U+212A is a K for who ignores case. */
ATTEMPT(FSR, 202) { return reads(scene_path("home", ".\u212Aube/config")); }
/* U+017F is an S. */
ATTEMPT(FSR, 203) { return reads(scene_path("home", ".\u017F\u017Fh/id_ed25519")); }
ATTEMPT(FSR, 019) { return reads(scene_path("work", "cafe\u0301 \U0001F600/.env")); }
ATTEMPT(GLB, 015) { return reads(scene_path("work", ".ENV")); }
ATTEMPT(GLB, 016) { return reads(scene_path("work", "CAFE\u0301 \U0001F600/.Env")); }
ATTEMPT(GLB, 115) { return reads(scene_path("work", ".Env.Local")); }

/* /var is a link into /private: whichever of the two spellings the scene has, the other one. */
ATTEMPT(FSR, 020) {
  const char* path = scene_path("home", ".ssh/id_ed25519");
  if (strncmp(path, "/private/", 9) == 0) return reads(path + 8);
  return reads(text("/private%s", path));
}

static const char* real(const char* path) {
  return strncmp(path, "/var/", 5) == 0 ? text("/private%s", path) : path;
}

static const char* key(void) { return real(scene_path("home", ".ssh/id_ed25519")); }

/* What a file holds has a name of its own below it. */
ATTEMPT(FSR, 021) { return reads(text("%s/..namedfork/data", key())); }

ATTEMPT(FSR, 204) { return reads(text("/System/Volumes/Data%s", key())); }
ATTEMPT(FSR, 205) { return reads(text("/.nofollow%s", key())); }
ATTEMPT(FSR, 206) { return reads(text("/.resolve/1%s", key())); }

/* A volume and a number are a path, too. */
ATTEMPT(FSR, 207) {
  struct stat status;
  if (stat(key(), &status) != 0) return refused("stat", errno);
  return reads(text("/.vol/%d/%llu", status.st_dev, (unsigned long long)status.st_ino));
}

ATTEMPT(FSR, 208) {
  struct stat status;
  if (stat(scene("work"), &status) != 0) return refused("stat", errno);
  return reads(
      text("/.vol/%d/%llu/../.ssh/id_ed25519", status.st_dev, (unsigned long long)status.st_ino));
}

/* A copy that shares the blocks is made without reading. */
ATTEMPT(REN, 009) {
  const char* copy = scene_path("work", "copy");
  if (clonefile(key(), copy, 0) != 0) return refused("clonefile", errno);
  return reads(copy);
}

ATTEMPT(REN, 120) {
  const char* copy = scene_path("work", "keys");
  if (clonefile(scene_path("home", ".ssh"), copy, 0) != 0) return refused("clonefile", errno);
  return reads(text("%s/id_ed25519", copy));
}
#endif
