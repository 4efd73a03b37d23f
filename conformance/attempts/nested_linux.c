/* See nested.h. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nested.h"

static void map_to_root(const char* file, unsigned outside) {
  char line[64];
  const int size = snprintf(line, sizeof line, "0 %u 1\n", outside);
  const int fd = open(file, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (write(fd, line, (size_t)size) < 0) perror(file);
  close(fd);
}

void enter_own_mounts(void) {
  const uid_t user = geteuid();
  const gid_t group = getegid();
  if (unshare(CLONE_NEWNS) < 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) return;
    const int fd = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);
    if (fd >= 0 && write(fd, "deny", 4) < 0) perror("setgroups");
    if (fd >= 0) close(fd);
    map_to_root("/proc/self/uid_map", user);
    map_to_root("/proc/self/gid_map", group);
  }
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) perror("mount");
}

const char* mount_point(void) {
  char* path = NULL;
  if (asprintf(&path, "%s/mount-%s", scene("work"), scene("nonce")) < 0) abort();
  if (mkdir(path, 0755) < 0 && errno != EEXIST) perror(path);
  return path;
}

enum ending hold_in_child(const char* call, int (*step)(void)) {
  int ready[2];
  int error = EIO;
  if (pipe(ready) < 0) return refused("pipe", errno);
  const pid_t child = fork();
  if (child < 0) return refused("fork", errno);
  if (child == 0) {
    error = step() < 0 ? errno : 0;
    if (write(ready[1], &error, sizeof error) < 0 || error != 0) _exit(1);
    for (;;) pause();
  }
  close(ready[1]);
  if (read(ready[0], &error, sizeof error) != (ssize_t)sizeof error) error = EIO;
  if (error == 0) hold();
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return error == 0 ? ENDING_DONE : refused(call, error);
}
