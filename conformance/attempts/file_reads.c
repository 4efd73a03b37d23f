/* Reading a file that the policy denies, by every way to spell its name or walk to it. The ways
 * that only one system has are in file_reads_linux.c and file_reads_macos.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_steps.h"

static const char kKey[] = ".ssh/id_ed25519";

ATTEMPT(FSR, 001) { return reads(scene_path("home", kKey)); }
ATTEMPT(FSR, 002) { return reads(text("%s/../%s", scene("work"), kKey)); }
ATTEMPT(FSR, 101) { return reads(text("%s//.ssh///id_ed25519", scene("home"))); }
ATTEMPT(FSR, 102) { return reads(text("%s/./.ssh/././id_ed25519", scene("home"))); }
ATTEMPT(FSR, 103) { return reads(text("../%s", kKey)); }
ATTEMPT(FSR, 104) { return reads(text("/../../..%s/%s", scene("home"), kKey)); }
ATTEMPT(FSR, 105) { return reads(text("//%s/%s", scene("home"), kKey)); }
ATTEMPT(FSR, 106) { return reads(text("/tmp/..%s/%s", scene("home"), kKey)); }

ATTEMPT(FSR, 107) {
  if (chdir(scene_path("home", ".ssh")) != 0) return refused("chdir", errno);
  return reads("id_ed25519");
}

ATTEMPT(FSR, 108) {
  const int keys = open(scene_path("home", ".ssh"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (keys < 0) return refused("open", errno);
  return reads_at(keys, "id_ed25519");
}

ATTEMPT(FSR, 109) {
  const int home = open(scene("home"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (home < 0) return refused("open", errno);
  return reads_at(home, kKey);
}

ATTEMPT(FSR, 110) {
  const int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const int above = openat(here, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (above < 0) return refused("openat", errno);
  return reads_at(above, kKey);
}

ATTEMPT(FSR, 111) {
  const int here = open("src", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return reads_at(here, text("../../%s", kKey));
}

ATTEMPT(FSR, 112) { return reads_open(open(scene_path("home", kKey), O_RDWR | O_CLOEXEC), "open"); }

ATTEMPT(FSR, 113) {
  const char* home = getenv("HOME");
  return reads(text("%s/%s", home ? home : "/", kKey));
}

/* From a directory that no path leads to any more, by what is left above it. */
ATTEMPT(FSR, 114) {
  const char* gone = scene_path("work", "src/gone");
  if (mkdir(gone, 0755) != 0) return refused("mkdir", errno);
  if (chdir(gone) != 0) return refused("chdir", errno);
  const int here = open("..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (rmdir(gone) != 0) return refused("rmdir", errno);
  return reads_at(here, text("../../%s", kKey));
}

ATTEMPT(FSR, 004) { return lists(scene_path("home", ".password-store")); }
ATTEMPT(FSR, 005) { return reads(scene_path("work", ".env")); }
ATTEMPT(FSR, 006) { return reads(scene_path("work", "sub/.env")); }
ATTEMPT(FSR, 115) {
  return reads_open(open(scene_path("work", ".env"), O_RDWR | O_CREAT, 0600), "open");
}

/* Where a link leads is what it holds. */
ATTEMPT(FSR, 010) {
  char target[512];
  const ssize_t size = readlink(scene_path("home", ".config/hub"), target, sizeof target);
  if (size < 0) return refused("readlink", errno);
  got(target, (size_t)size);
  return ENDING_DONE;
}

/* `..` after a link is what lies above the link's target. */
ATTEMPT(FSR, 017) { return reads(scene_path("work", "link-to-cache/../credentials")); }
ATTEMPT(FSR, 116) { return reads(scene_path("work", "link-to-keys/../.netrc")); }

ATTEMPT(FSR, 012) { return reads(scene_path("home", ".azure/token")); }
ATTEMPT(FSR, 117) { return reads(scene_path("home", "dotfiles/azure/token")); }
ATTEMPT(FSR, 016) { return reads(scene_path("work", "second-name")); }
ATTEMPT(FSR, 026) { return reads(scene_path("outside", "victim.txt")); }
ATTEMPT(FSR, 118) { return reads(scene_path("home", "notes.txt")); }
ATTEMPT(FSR, 119) { return reads(scene_path("work", "../../outside/repo/src/main.c")); }
