/* Changing a file that the policy lets nobody write: by opening it, by each call that changes
 * something without opening it, and through a descriptor that was opened for reading. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "attributes.h"
#include "file_steps.h"
#include "program.h"

static const char* victim(void) { return scene_path("outside", "victim.txt"); }
/* May be read under many policies, and written under none that protects git. */
static const char* settings(void) { return scene_path("work", ".git/config"); }

ATTEMPT(FSW, 001) { return appends(victim()); }
ATTEMPT(FSW, 101) { return writes_open(open(victim(), O_WRONLY | O_TRUNC), "open"); }
ATTEMPT(FSW, 102) { return writes_open(open(victim(), O_RDWR), "open"); }
ATTEMPT(FSW, 103) { return writes_open(open(victim(), O_WRONLY | O_CREAT, 0600), "open"); }
ATTEMPT(FSW, 104) { return writes_open(creat(victim(), 0600), "creat"); }

static enum ending writes_mapped(const char* path) {
  const int fd = open(path, O_RDWR);
  if (fd < 0) return refused("open", errno);
  char* bytes = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (bytes == MAP_FAILED) return refused("mmap", errno);
  memcpy(bytes, "changed!", 8);
  return ended(msync(bytes, 8, MS_SYNC), "msync");
}

ATTEMPT(FSW, 105) { return writes_mapped(victim()); }

ATTEMPT(FSW, 106) {
  const int outside = open(scene("outside"), O_RDONLY | O_DIRECTORY);
  if (outside < 0) return refused("open", errno);
  return writes_open(openat(outside, "victim.txt", O_WRONLY | O_APPEND), "openat");
}

ATTEMPT(FSW, 107) { return runs_shell(text("echo '%s' >> '%s'", scene("nonce"), victim())); }

/* ---- without opening */
ATTEMPT(FSW, 002) { return ended(truncate(victim(), 3), "truncate"); }
ATTEMPT(FSW, 110) { return ended(chmod(victim(), 0777), "chmod"); }
ATTEMPT(FSW, 111) { return ended(fchmodat(AT_FDCWD, victim(), 0777, 0), "fchmodat"); }

static const struct timeval kLongAgo[2] = {{1000000000, 0}, {1000000000, 0}};

ATTEMPT(FSW, 112) { return ended(utimes(victim(), kLongAgo), "utimes"); }

static int mark(const char* path) { return set_attribute(path, "user.sbxc", scene("nonce")); }

ATTEMPT(FSW, 113) { return ended(mark(victim()), "setxattr"); }
ATTEMPT(FSW, 114) { return removes(victim()); }
ATTEMPT(FSW, 115) { return ended(rmdir(scene_path("outside", "empty")), "rmdir"); }
ATTEMPT(FSW, 116) { return moves(victim(), scene_path("outside", "moved.txt")); }
ATTEMPT(FSW, 117) { return moves(victim(), scene_path("work", "moved.txt")); }
ATTEMPT(FSW, 118) { return replaces(victim()); }
ATTEMPT(FSW, 119) { return ended(chown(victim(), 12345, 12345), "chown"); }
ATTEMPT(FSW, 120) { return ended(chmod(scene("outside"), 0777), "chmod"); }

/* ---- the same on what may be read, and must not be changed */
ATTEMPT(FSW, 121) { return ended(chmod(settings(), 0777), "chmod"); }
ATTEMPT(FSW, 122) { return ended(utimes(settings(), kLongAgo), "utimes"); }
ATTEMPT(FSW, 123) { return ended(mark(settings()), "setxattr"); }
ATTEMPT(FSW, 124) { return ended(truncate(settings(), 3), "truncate"); }
ATTEMPT(FSW, 125) {
  return ended(chmod(scene_path("work", ".git/hooks/pre-commit.sample"), 0755), "chmod");
}

/* ---- through a descriptor that is open for reading */
static int opened(void) { return open(settings(), O_RDONLY | O_CLOEXEC); }

ATTEMPT(FSW, 004) {
  const int fd = opened();
  if (fd < 0) return refused("open", errno);
  return writes_open(open(text("/dev/fd/%d", fd), O_WRONLY | O_APPEND), "open");
}

ATTEMPT(FSW, 130) {
  const int fd = opened();
  return fd < 0 ? refused("open", errno) : ended(fchmod(fd, 0777), "fchmod");
}

ATTEMPT(FSW, 131) {
  const int fd = opened();
  return fd < 0 ? refused("open", errno) : ended(futimes(fd, kLongAgo), "futimes");
}

ATTEMPT(FSW, 132) {
  const int fd = opened();
  return fd < 0 ? refused("open", errno)
                : ended(set_attribute_open(fd, "user.sbxc", scene("nonce")), "fsetxattr");
}

ATTEMPT(FSW, 133) {
  const int fd = opened();
  return fd < 0 ? refused("open", errno) : ended(fchown(fd, 12345, 12345), "fchown");
}

ATTEMPT(FSW, 005) { return ended(open(settings(), O_RDONLY | O_TRUNC), "open"); }
ATTEMPT(FSW, 134) { return ended(open(victim(), O_RDONLY | O_TRUNC), "open"); }
ATTEMPT(FSW, 135) { return ended(open(scene_path("work", ".env"), O_RDONLY | O_TRUNC), "open"); }

/* ---- what may neither be read nor written, in the midst of what may */
ATTEMPT(FSW, 136) { return appends(scene_path("work", ".env")); }
ATTEMPT(FSW, 137) { return ended(chmod(scene_path("work", ".env"), 0600), "chmod"); }
ATTEMPT(FSW, 138) { return removes(scene_path("work", ".env")); }
ATTEMPT(FSW, 139) { return replaces(scene_path("work", ".env")); }

/* ---- the project itself, from within */
ATTEMPT(FSW, 008) { return moves(scene("work"), scene_path("home", "elsewhere")); }
ATTEMPT(FSW, 140) { return moves(scene_path("work", "src"), scene_path("home", "elsewhere")); }
