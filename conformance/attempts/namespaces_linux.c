/* New namespaces, and those of others: what opens the kernel's code for administrators to anybody
 * (a user namespace), or undoes what a sandbox is built of. The host sees a process of the attempt
 * in another namespace than the rest of it. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempt.h"
#include "nested.h"

#define UNSHARE(number, flags)                                 \
  static int unshare_##number(void) { return unshare(flags); } \
  ATTEMPT(MNT, number) { return hold_in_child("unshare", unshare_##number); }

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

UNSHARE(001, CLONE_NEWUSER)
UNSHARE(013, CLONE_NEWUTS)
UNSHARE(103, CLONE_NEWNET)
UNSHARE(105, CLONE_NEWIPC)
UNSHARE(106, CLONE_NEWCGROUP)
UNSHARE(108, CLONE_NEWNS)
UNSHARE(109, CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS)

/* The namespaces of PIDs and of time are those of children: a grandchild is in them. */
static int unshare_and_fork(int flags) {
  if (unshare(flags) < 0) return -1;
  const pid_t child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  return child < 0 ? -1 : 0;
}

static int unshare_pids(void) { return unshare_and_fork(CLONE_NEWPID); }
static int unshare_time(void) { return unshare_and_fork(CLONE_NEWTIME); }
ATTEMPT(MNT, 104) { return hold_in_child("unshare", unshare_pids); }
ATTEMPT(MNT, 107) { return hold_in_child("unshare", unshare_time); }

/* The same by the calls that make processes; in one of them the flags are behind a pointer, where
 * no filter can look. */
static enum ending hold_beside(const char* call, long child) {
  if (child == 0) {
    for (;;) pause();
  }
  if (child < 0) return refused(call, errno);
  hold();
  kill((pid_t)child, SIGKILL);
  waitpid((pid_t)child, NULL, 0);
  return ENDING_DONE;
}

ATTEMPT(MNT, 008) {
  uint64_t arguments[11] = {CLONE_NEWUSER};
  arguments[4] = SIGCHLD; /* exit_signal */
  return hold_beside("clone3", syscall(SYS_clone3, arguments, sizeof arguments));
}

ATTEMPT(MNT, 101) {
  return hold_beside("clone", syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
}

/* Into the namespaces of the suite's process, which is outside. */
static enum ending join_and_read(const char* call, int fd, int flags) {
  if (fd < 0) return refused(call, errno);
  if (setns(fd, flags) < 0) return refused("setns", errno);
  return got_file(scene_path("home", ".ssh/id_ed25519")) == 0 ? ENDING_DONE
                                                              : refused("open", errno);
}

ATTEMPT(MNT, 006) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%ld/ns/mnt", scene_number("victim"));
  return join_and_read("open", open(path, O_RDONLY | O_CLOEXEC), CLONE_NEWNS);
}

ATTEMPT(MNT, 126) {
  const int process = (int)syscall(SYS_pidfd_open, scene_number("victim"), 0);
  return join_and_read("pidfd_open", process, CLONE_NEWNS);
}

/* The same with the first process that there is: of the sandbox, inside. Outside that is somebody
 * else's. */
ATTEMPT(MNT, 127) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%ld/ns/mnt", scene_number("victim"));
  if (access(path, F_OK) < 0) strcpy(path, "/proc/1/ns/mnt");
  return join_and_read("open", open(path, O_RDONLY | O_CLOEXEC), CLONE_NEWNS);
}

/* A kernel's tables of packets, by a network namespace that is one's own. */
static int talk_to_netfilter(void) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) return -1;
  return (int)syscall(SYS_socket, 16 /* AF_NETLINK */, 3 /* SOCK_RAW */, 12 /* netfilter */);
}

ATTEMPT(KRN, 014) { return hold_in_child("unshare", talk_to_netfilter); }
