/* Mounting, by the old calls: undoing what hides and protects files, or laying something else over
 * them. The host sees a mount by its name, or the file that was read or changed. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempt.h"
#include "nested.h"

static enum ending mount_and_hold(const char* source, const char* type, unsigned long flags,
                                  const char* data) {
  enter_own_mounts();
  const char* point = mount_point();
  if (mount(source, point, type, flags, data) < 0) return refused("mount", errno);
  hold();
  umount2(point, MNT_DETACH);
  return ENDING_DONE;
}

ATTEMPT(MNT, 113) { return mount_and_hold("none", "tmpfs", 0, NULL); }
ATTEMPT(MNT, 114) { return mount_and_hold(scene("home"), NULL, MS_BIND, NULL); }
ATTEMPT(MNT, 128) { return mount_and_hold("none", "ramfs", 0, NULL); }

ATTEMPT(MNT, 012) {
  char* options = NULL;
  if (asprintf(&options, "lowerdir=%s:%s", scene("home"), scene("outside")) < 0) abort();
  return mount_and_hold("none", "overlay", 0, options);
}

/* Types of file systems that need a namespace of their kind to begin with. */
static enum ending mount_in_new(int flags, const char* type) {
  if (unshare(flags) < 0 && unshare(CLONE_NEWUSER | flags) < 0) return refused("unshare", errno);
  return mount_and_hold("none", type, 0, NULL);
}

ATTEMPT(MNT, 117) { return mount_in_new(CLONE_NEWNET | CLONE_NEWNS, "sysfs"); }
ATTEMPT(MNT, 119) { return mount_in_new(CLONE_NEWIPC | CLONE_NEWNS, "mqueue"); }
ATTEMPT(MNT, 118) { return mount_and_hold("none", "devpts", 0, "newinstance"); }
ATTEMPT(MNT, 120) { return mount_and_hold("none", "cgroup2", 0, NULL); }
ATTEMPT(MNT, 129) { return mount_and_hold("none", "debugfs", 0, NULL); }

/* A process table of a new PID namespace, with nothing laid over its parts. */
ATTEMPT(PRC, 008) {
  enter_own_mounts();
  if (unshare(CLONE_NEWPID) < 0) return refused("unshare", errno);
  const pid_t child = fork();
  if (child < 0) return refused("fork", errno);
  if (child == 0) {
    const char* point = mount_point();
    if (mount("none", point, "proc", 0, NULL) < 0) _exit(errno & 0x7f);
    hold();
    umount2(point, MNT_DETACH);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? ENDING_DONE : refused("mount", WEXITSTATUS(status));
}

/* Takes away, from below, everything that may lie over a hidden directory. */
static void unmount_over(const char* path) {
  for (int i = 0; i < 4; ++i) umount2(path, MNT_DETACH);
}

static enum ending read_hidden(void) {
  return got_file(scene_path("home", ".ssh/id_ed25519")) == 0 ? ENDING_DONE
                                                              : refused("open", errno);
}

ATTEMPT(MNT, 002) {
  if (read_hidden() == ENDING_DONE) return ENDING_DONE;
  unmount_over(scene_path("home", ".ssh"));
  unmount_over(scene("home"));
  return read_hidden();
}

ATTEMPT(MNT, 130) {
  enter_own_mounts();
  if (read_hidden() == ENDING_DONE) return ENDING_DONE;
  unmount_over(scene_path("home", ".ssh"));
  unmount_over(scene("home"));
  unmount_over("/");
  return read_hidden();
}

/* A bind of one mount alone leaves behind what is mounted below it: the masks. */
ATTEMPT(MNT, 131) {
  char* path = NULL;
  enter_own_mounts();
  const char* point = mount_point();
  if (mount(scene("home"), point, NULL, MS_BIND, NULL) < 0) return refused("mount", errno);
  if (asprintf(&path, "%s/.ssh/id_ed25519", point) < 0) abort();
  const enum ending ending = got_file(path) == 0 ? ENDING_DONE : refused("open", errno);
  umount2(point, MNT_DETACH);
  return ending;
}

/* The root of everything, bound where the workspace is. */
ATTEMPT(MNT, 132) {
  char* path = NULL;
  enter_own_mounts();
  const char* point = mount_point();
  if (mount("/", point, NULL, MS_BIND, NULL) < 0) return refused("mount", errno);
  if (asprintf(&path, "%s%s/.ssh/id_ed25519", point, scene("home")) < 0) abort();
  const enum ending ending = got_file(path) == 0 ? ENDING_DONE : refused("open", errno);
  umount2(point, MNT_DETACH);
  return ending;
}

static enum ending write_outside(void) {
  const char* nonce = scene("nonce");
  return put_file(scene_path("outside", nonce), nonce, strlen(nonce)) == 0 ? ENDING_DONE
                                                                           : refused("open", errno);
}

ATTEMPT(MNT, 003) {
  enter_own_mounts();
  const char* outside = scene("outside");
  if (mount(NULL, outside, NULL, MS_REMOUNT | MS_BIND, NULL) < 0) {
    mount(outside, outside, NULL, MS_BIND, NULL);
    mount(NULL, outside, NULL, MS_REMOUNT | MS_BIND, NULL);
  }
  return write_outside();
}

/* A workspace moved over what is protected, to write through. */
ATTEMPT(MNT, 116) {
  enter_own_mounts();
  const char* point = mount_point();
  if (mount("none", point, "tmpfs", 0, NULL) < 0) return refused("mount", errno);
  char* below = NULL;
  if (asprintf(&below, "%s/moved-%s", point, scene("nonce")) < 0) abort();
  if (mkdir(below, 0755) < 0 || mount("none", below, "tmpfs", 0, NULL) < 0)
    return refused("mount", errno);
  if (mount(below, scene("work"), NULL, MS_MOVE, NULL) < 0) return refused("mount", errno);
  hold();
  return ENDING_DONE;
}
