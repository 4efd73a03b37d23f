/* Outliving the sandbox by what Linux alone has. See life_cycle.c. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attempt.h"

static void live_on(void) {
  const int nothing = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; ++fd) dup2(nothing, fd);
  prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
  setsid();
  sleep(10);
  _exit(0);
}

/* A sibling instead of a child: the launcher's own. */
ATTEMPT(LIF, 103) {
  const long child = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
  if (child < 0) return refused("clone", errno);
  if (child == 0) live_on();
  return ENDING_DONE;
}

/* Whoever adopts orphans is not the one who ends them. */
ATTEMPT(LIF, 107) {
  const pid_t child = fork();
  if (child < 0) return refused("fork", errno);
  if (child > 0) return ENDING_DONE;
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  if (fork() == 0) live_on();
  live_on();
  return ENDING_DONE;
}
