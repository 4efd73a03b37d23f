/* Another root: chroot, pivot_root, a root that was left behind, and file handles, which need no
 * path at all. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attempt.h"
#include "nested.h"

/* A directory is held open while the root goes below it: its parents lead out. */
static enum ending leave_by_chroot(void) {
  const char* point = mount_point();
  const int outer = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (outer < 0) return refused("open", errno);
  if (chroot(point) < 0) return refused("chroot", errno);
  if (fchdir(outer) < 0) return refused("fchdir", errno);
  for (int i = 0; i < 64; ++i) {
    if (chdir("..") < 0) return refused("chdir", errno);
  }
  if (chroot(".") < 0) return refused("chroot", errno);
  return got_file(scene_path("home", ".ssh/id_ed25519")) == 0 ? ENDING_DONE
                                                              : refused("open", errno);
}

ATTEMPT(MNT, 005) { return leave_by_chroot(); }

ATTEMPT(MNT, 133) {
  enter_own_mounts();
  return leave_by_chroot();
}

ATTEMPT(MNT, 125) {
  char* old = NULL;
  enter_own_mounts();
  const char* point = mount_point();
  if (asprintf(&old, "%s/old-%s", point, scene("nonce")) < 0) abort();
  if (mkdir(old, 0755) < 0) return refused("mkdir", errno);
  if (mount(point, point, NULL, MS_BIND, NULL) < 0) return refused("mount", errno);
  if (syscall(SYS_pivot_root, point, old) < 0) return refused("pivot_root", errno);
  hold();
  return ENDING_DONE;
}

/* Where launchers put the old root while they change to the new one. */
ATTEMPT(MNT, 009) {
  static const char* const places[] = {"",           "/oldroot",  "/newroot",     "/old_root",
                                       "/.old",      "/put_old",  "/.put_old",    "/.pivot_root",
                                       "/oldrootfs", "/.oldroot", "/mnt/oldroot", "/run/oldroot"};
  for (size_t i = 0; i < sizeof places / sizeof *places; ++i) {
    char* path = NULL;
    if (asprintf(&path, "%s%s/.ssh/id_ed25519", places[i], scene("home")) < 0) abort();
    if (got_file(path) == 0) return ENDING_DONE;
  }
  return refused("open", errno);
}

union handle_room {
  struct file_handle handle;
  unsigned char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
};

/* A handle as the host made it, in hexadecimal, of a file that is denied; and any directory of the
 * same file system to open it on. */
ATTEMPT(MNT, 007) {
  union handle_room room;
  const char* text = scene("handle");
  room.handle.handle_type = (int)scene_number("handle_type");
  room.handle.handle_bytes = (unsigned)(strlen(text) / 2);
  if (room.handle.handle_bytes > MAX_HANDLE_SZ) return cannot("the handle is too long");
  for (unsigned i = 0; i < room.handle.handle_bytes; ++i) {
    unsigned value = 0;
    sscanf(text + 2 * i, "%2x", &value);
    room.handle.f_handle[i] = (unsigned char)value;
  }
  const int directory = open(scene("work"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const int fd = open_by_handle_at(directory, &room.handle, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return refused("open_by_handle_at", errno);
  return got_descriptor(fd) == 0 ? ENDING_DONE : refused("read", errno);
}

/* The classic: the root of a file system is guessed, and walked down from. */
ATTEMPT(MNT, 134) {
  union handle_room room;
  static const unsigned root[2] = {2, 0}; /* of ext4: the inode's number, its generation */
  room.handle.handle_type = 1;
  room.handle.handle_bytes = sizeof root;
  memcpy(room.handle.f_handle, root, sizeof root);
  const int directory = open(scene("work"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const int fd = open_by_handle_at(directory, &room.handle, O_RDONLY | O_DIRECTORY);
  if (fd < 0) return refused("open_by_handle_at", errno);
  const int file = openat(fd, scene_path("home", ".ssh/id_ed25519") + 1, O_RDONLY | O_CLOEXEC);
  if (file < 0) return refused("openat", errno);
  return got_descriptor(file) == 0 ? ENDING_DONE : refused("read", errno);
}

ATTEMPT(KRN, 127) {
  union handle_room room;
  int mount_id = 0;
  room.handle.handle_bytes = MAX_HANDLE_SZ;
  if (name_to_handle_at(AT_FDCWD, ".", &room.handle, &mount_id, 0) < 0)
    return errno == EOPNOTSUPP ? cannot("the file system has no handles")
                               : refused("name_to_handle_at", errno);
  return ENDING_DONE;
}
