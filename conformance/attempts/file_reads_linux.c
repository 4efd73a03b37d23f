/* Reading a denied file by what only Linux has: links in /proc that lead to a file instead of to a
 * name (proc(5), "magic links"; CVE-2024-21626), ways to open that a filter may not know, and
 * watching from afar. */
#ifdef __linux__
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "by_ring_linux.h"
#include "file_steps.h"

static const char* key(void) { return scene_path("home", ".ssh/id_ed25519"); }

ATTEMPT(FSR, 003) { return reads(text("/proc/self/root%s", key())); }
ATTEMPT(FSR, 150) { return reads(text("/proc/thread-self/root%s", key())); }
ATTEMPT(FSR, 152) {
  return reads(text("/proc/self/task/%ld/root%s", (long)syscall(SYS_gettid), key()));
}

ATTEMPT(FSR, 153) {
  const int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return reads(text("/proc/self/fd/%d%s", root, key()));
}

ATTEMPT(FSR, 154) {
  const int place = open(key(), O_PATH | O_CLOEXEC);
  if (place < 0) return refused("open", errno);
  return reads(text("/proc/self/fd/%d", place));
}

ATTEMPT(FSR, 155) { return reads("/proc/self/cwd/../.ssh/id_ed25519"); }

ATTEMPT(FSR, 157) {
  const int above = open("..", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (above < 0) return refused("open", errno);
  return reads(text("/dev/fd/%d/.ssh/id_ed25519", above));
}

/* Each process that is to be seen, by its root and its current directory: others may see more. */
static enum ending reads_by_processes(const char* format) {
  DIR* table = opendir("/proc");
  if (!table) return refused("open", errno);
  int error = ENOENT;
  for (const struct dirent* each = readdir(table); each; each = readdir(table)) {
    if (each->d_name[0] < '1' || each->d_name[0] > '9') continue;
    char path[4096];
    snprintf(path, sizeof path, "/proc/%s/%s%s", each->d_name, format, key());
    if (got_file(path) == 0) return ENDING_DONE;
    error = errno;
  }
  return refused("open", error);
}

ATTEMPT(FSR, 151) { return reads_by_processes("root"); }
ATTEMPT(FSR, 158) { return reads_by_processes("cwd/../../../../../.."); }

static int open_by(const char* path, uint64_t flags, uint64_t resolve) {
  struct open_how how;
  memset(&how, 0, sizeof how);
  how.flags = flags;
  how.resolve = resolve;
  return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
}

ATTEMPT(FSR, 156) { return reads_open(open_by(key(), O_RDONLY, 0), "openat2"); }
ATTEMPT(FSR, 159) {
  return reads_open(open_by(scene_path("work", ".env"), O_RDONLY, RESOLVE_NO_SYMLINKS), "openat2");
}
ATTEMPT(FSR, 160) {
  return reads_open(open_by(scene_path("work", ".env"), O_RDONLY, RESOLVE_CACHED), "openat2");
}

#ifdef SYS_open
ATTEMPT(FSR, 161) {
  return reads_open((int)syscall(SYS_open, scene_path("work", ".env"), O_RDONLY), "open");
}
#endif

/* A mount that is only looked up is a directory that is only looked up. */
ATTEMPT(FSR, 162) {
  const int place = (int)syscall(SYS_open_tree, AT_FDCWD, scene("home"), 0);
  if (place < 0) return refused("open_tree", errno);
  return reads_at(place, ".ssh/id_ed25519");
}

static enum ending reads_by_ring(const char* path) {
  struct io_uring_sqe request;
  memset(&request, 0, sizeof request);
  request.opcode = IORING_OP_OPENAT;
  request.fd = AT_FDCWD;
  request.addr = (uint64_t)(uintptr_t)path;
  request.open_flags = O_RDONLY;
  const char* call = NULL;
  const int fd = by_ring(&request, &call);
  return reads_open(fd, call);
}

ATTEMPT(FSR, 008) { return reads_by_ring(key()); }
ATTEMPT(FSR, 163) { return reads_by_ring(scene_path("work", ".env")); }

/* An open file is enough to get at it again: by a path that holds no name of it. */
ATTEMPT(FSR, 164) {
  const int place = open(scene_path("work", ".env"), O_PATH | O_CLOEXEC);
  if (place < 0) return refused("open", errno);
  return reads_open((int)syscall(SYS_openat, place, "", O_RDONLY), "openat") == ENDING_DONE
             ? ENDING_DONE
             : reads(text("/proc/self/fd/%d", place));
}

ATTEMPT(FSR, 165) {
  const int project = open(scene("work"), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (project < 0) return refused("open", errno);
  return reads(text("/proc/self/fd/%d/.env", project));
}

ATTEMPT(FSR, 011) {
  const int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (watch < 0) return refused("inotify_init1", errno);
  if (inotify_add_watch(watch, scene("outside"), IN_ALL_EVENTS) < 0)
    return refused("inotify_add_watch", errno);
  hold_for("make");
  char events[4096];
  const ssize_t size = read(watch, events, sizeof events);
  if (size <= 0) return refused("read", errno);
  got(events, (size_t)size);
  return ENDING_DONE;
}
#endif
