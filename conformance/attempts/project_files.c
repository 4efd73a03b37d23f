/* What the project is full of, and somebody outside takes at its word: programs in it, the settings
 * by which git calls a filter, the place where it looks for objects; and things of another kind
 * than a file at a name that somebody will open. A policy may let all but the last be changed. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "file_steps.h"

#define WORK(path) scene_path("work", path)

ATTEMPT(FSW, 013) { return appends(WORK("node_modules/left-pad/index.js")); }
ATTEMPT(PER, 023) { return plants(WORK(".gitattributes")); }
ATTEMPT(PER, 024) { return plants(WORK(".git/objects/info/alternates")); }

/* A policy in the project is what the next run is held to. */
ATTEMPT(FSW, 011) { return replaces(WORK("agent.sbx")); }
ATTEMPT(FSW, 191) { return plants(WORK("src/policy.sbx")); }

/* Whoever opens it waits for a writer that never comes. */
ATTEMPT(LNK, 010) {
  if (removes(WORK("README.md")) != ENDING_DONE) return ENDING_REFUSED;
  return ended(mkfifo(WORK("README.md"), 0644), "mkfifo");
}

/* ---- a name that is denied, taken by other calls than those that make files */
ATTEMPT(PER, 355) {
  struct sockaddr_un address;
  if (chdir(WORK(".vscode")) != 0) return refused("chdir", errno);
  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  strcpy(address.sun_path, "launch.json");
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return refused("socket", errno);
  return ended(bind(fd, (const struct sockaddr*)(const void*)&address, sizeof address), "bind");
}
ATTEMPT(PER, 356) { return ended(mkfifo(WORK(".git/hooks/pre-commit"), 0755), "mkfifo"); }
