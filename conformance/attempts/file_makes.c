/* Making something where the policy lets nobody write: each kind of thing that a directory can
 * hold, and the ways to put one there. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "file_steps.h"

static const char* made(void) { return scene_path("outside", "made"); }

ATTEMPT(FSW, 003) { return plants(made()); }
ATTEMPT(FSW, 150) { return ended(mkdir(made(), 0755), "mkdir"); }
ATTEMPT(FSW, 151) { return ended(mkfifo(made(), 0644), "mkfifo"); }
ATTEMPT(FSW, 152) { return ended(symlink(scene("nonce"), made()), "symlink"); }

ATTEMPT(FSW, 153) {
  if (chdir(scene("outside")) != 0) return refused("chdir", errno);
  struct sockaddr_un address;
  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  strcpy(address.sun_path, "made");
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return refused("socket", errno);
  return ended(bind(fd, (const struct sockaddr*)(const void*)&address, sizeof address), "bind");
}

ATTEMPT(FSW, 154) { return ended(open(made(), O_WRONLY | O_CREAT | O_EXCL, 0600), "open"); }

ATTEMPT(FSW, 155) {
  const int outside = open(scene("outside"), O_RDONLY | O_DIRECTORY);
  if (outside < 0) return refused("open", errno);
  return ended(mkdirat(outside, "made", 0755), "mkdirat");
}

ATTEMPT(FSW, 156) { return moves(scene_path("work", "README.md"), made()); }
ATTEMPT(FSW, 157) { return moves(scene_path("work", "src"), made()); }
ATTEMPT(FSW, 158) { return ended(link(scene_path("work", "README.md"), made()), "link"); }
ATTEMPT(FSW, 159) { return plants(scene_path("work", "../made-beside-the-project")); }
ATTEMPT(FSW, 160) { return plants(scene_path("home", "made-in-the-home-directory")); }
ATTEMPT(FSW, 161) { return plants(scene_path("work", "../../outside/made")); }
ATTEMPT(FSW, 162) { return ended(mkdir(scene_path("home", ".config/new"), 0755), "mkdir"); }

/* In a directory above the project which may be looked up and not written. */
ATTEMPT(FSW, 163) {
  const int above = open("..", O_RDONLY | O_DIRECTORY);
  if (above < 0) return refused("open", errno);
  return writes_open(openat(above, "made-beside-the-project", O_WRONLY | O_CREAT, 0644), "openat");
}
