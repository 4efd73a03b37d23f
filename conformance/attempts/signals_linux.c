/* The ways of Linux to signal a process or to change how it is scheduled. See signals.c. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attempt.h"

static pid_t victim(void) { return (pid_t)scene_number("victim"); }

static enum ending ended(long result, const char* call) {
  if (result < 0) return refused(call, errno);
  hold();
  return ENDING_DONE;
}

ATTEMPT(PTR, 101) {
  const union sigval value = {.sival_int = 1};
  return ended(sigqueue(victim(), SIGUSR1, value), "sigqueue");
}

ATTEMPT(PTR, 102) { return ended(syscall(SYS_tgkill, victim(), victim(), SIGUSR1), "tgkill"); }

ATTEMPT(PTR, 104) { return ended(syscall(SYS_tkill, victim(), SIGUSR1), "tkill"); }

static enum ending signal_by(const char* call, int process) {
  if (process < 0) return refused(call, errno);
  return ended(syscall(SYS_pidfd_send_signal, process, SIGUSR1, NULL, 0), "pidfd_send_signal");
}

ATTEMPT(PTR, 103) { return signal_by("pidfd_open", (int)syscall(SYS_pidfd_open, victim(), 0)); }

ATTEMPT(PTR, 110) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d", victim());
  return signal_by("open", open(path, O_DIRECTORY | O_CLOEXEC));
}

ATTEMPT(PTR, 108) {
  int ends[2];
  const struct f_owner_ex owner = {F_OWNER_PID, victim()};
  if (pipe(ends) < 0) return refused("pipe", errno);
  if (fcntl(ends[0], F_SETOWN_EX, &owner) < 0) return refused("fcntl", errno);
  if (fcntl(ends[0], F_SETSIG, SIGUSR1) < 0) return refused("fcntl", errno);
  if (fcntl(ends[0], F_SETFL, O_ASYNC) < 0) return refused("fcntl", errno);
  return ended(write(ends[1], "x", 1) == 1 ? 0 : -1, "write");
}

ATTEMPT(PTR, 114) {
  cpu_set_t first;
  CPU_ZERO(&first);
  CPU_SET(0, &first);
  if (sysconf(_SC_NPROCESSORS_ONLN) < 2) return cannot("there is one processor alone");
  return ended(sched_setaffinity(victim(), sizeof first, &first), "sched_setaffinity");
}

ATTEMPT(PTR, 115) {
  const struct rlimit few = {40, 40};
  return ended(prlimit(victim(), RLIMIT_NOFILE, &few, NULL), "prlimit");
}

/* Of best effort, the least: class 2, level 7. */
ATTEMPT(PTR, 116) {
  return ended(syscall(SYS_ioprio_set, 1, victim(), (2 << 13) | 7), "ioprio_set");
}

ATTEMPT(PTR, 117) {
  const struct sched_param none = {0};
  return ended(sched_setscheduler(victim(), SCHED_BATCH, &none), "sched_setscheduler");
}
