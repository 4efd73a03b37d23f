/* Mounting, by the calls that came after mount(2): descriptors of file systems and of trees. The
 * host sees the descriptor, the mount, or the file that was reached. */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attempt.h"
#include "nested.h"

static int open_tree_of(const char* path, unsigned flags) {
  return (int)syscall(SYS_open_tree, AT_FDCWD, path, flags | OPEN_TREE_CLOEXEC);
}

/* A copy of a tree without what is mounted in it: without the masks. */
static enum ending read_in_copy(void) {
  const int tree = open_tree_of(scene("home"), OPEN_TREE_CLONE);
  if (tree < 0) return refused("open_tree", errno);
  const int fd = openat(tree, ".ssh/id_ed25519", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return refused("openat", errno);
  return got_descriptor(fd) == 0 ? ENDING_DONE : refused("read", errno);
}

ATTEMPT(MNT, 004) { return read_in_copy(); }

ATTEMPT(MNT, 110) {
  enter_own_mounts();
  return read_in_copy();
}

/* The same of the root, in which everything is. */
ATTEMPT(MNT, 135) {
  enter_own_mounts();
  const int tree = open_tree_of("/", OPEN_TREE_CLONE);
  if (tree < 0) return refused("open_tree", errno);
  const int fd = openat(tree, scene_path("home", ".ssh/id_ed25519") + 1, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return refused("openat", errno);
  return got_descriptor(fd) == 0 ? ENDING_DONE : refused("read", errno);
}

/* A read-only mount is made writable: in a copy of it, so that outside nothing else changes. */
ATTEMPT(MNT, 111) {
  struct mount_attr attributes = {.attr_clr = MOUNT_ATTR_RDONLY};
  const char* nonce = scene("nonce");
  enter_own_mounts();
  const int tree = open_tree_of(scene("outside"), OPEN_TREE_CLONE);
  if (tree < 0) return refused("open_tree", errno);
  if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) < 0)
    return refused("mount_setattr", errno);
  const int fd = openat(tree, nonce, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return refused("openat", errno);
  return write(fd, nonce, strlen(nonce)) < 0 ? refused("write", errno) : ENDING_DONE;
}

static enum ending mount_new(const char* type) {
  enter_own_mounts();
  const char* point = mount_point();
  const int context = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
  if (context < 0) return refused("fsopen", errno);
  if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
    return refused("fsconfig", errno);
  const int tree = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
  if (tree < 0) return refused("fsmount", errno);
  if (syscall(SYS_move_mount, tree, "", AT_FDCWD, point, MOVE_MOUNT_F_EMPTY_PATH) < 0)
    return refused("move_mount", errno);
  hold();
  return ENDING_DONE;
}

ATTEMPT(MNT, 112) { return mount_new("tmpfs"); }

ATTEMPT(MNT, 115) {
  enter_own_mounts();
  const char* point = mount_point();
  const int tree = open_tree_of(scene("home"), OPEN_TREE_CLONE);
  if (tree < 0) return refused("open_tree", errno);
  if (syscall(SYS_move_mount, tree, "", AT_FDCWD, point, MOVE_MOUNT_F_EMPTY_PATH) < 0)
    return refused("move_mount", errno);
  hold();
  return ENDING_DONE;
}

/* Parsers of mount options, which have been overrun before anything was mounted. */
static enum ending open_context(const char* type) {
  enter_own_mounts();
  const int context = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
  if (context < 0) return refused("fsopen", errno);
  hold();
  close(context);
  return ENDING_DONE;
}

ATTEMPT(MNT, 121) { return open_context("ext4"); }
ATTEMPT(MNT, 122) { return open_context("tmpfs"); }

ATTEMPT(MNT, 123) {
  enter_own_mounts();
  const int context = (int)syscall(SYS_fspick, AT_FDCWD, "/", FSPICK_CLOEXEC);
  if (context < 0) return refused("fspick", errno);
  hold();
  close(context);
  return ENDING_DONE;
}

/* A detached copy of the workspace: a mount, made by whoever may make mounts. The host sees the
 * descriptor, which is of a directory. */
ATTEMPT(MNT, 124) {
  enter_own_mounts();
  const int tree = open_tree_of(scene("work"), OPEN_TREE_CLONE | AT_RECURSIVE);
  if (tree < 0) return refused("open_tree", errno);
  hold();
  close(tree);
  return ENDING_DONE;
}
