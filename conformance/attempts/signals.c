/* Signals and scheduling: acting on a process outside without reading it. The suite's own process
 * counts the signals that it gets, and the host looks at how it is scheduled. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "attempt.h"

static pid_t victim(void) { return (pid_t)scene_number("victim"); }

/* The host looks at once at what befell its process. */
static enum ending ended(int result, const char* call) {
  if (result < 0) return refused(call, errno);
  hold();
  return ENDING_DONE;
}

ATTEMPT(PTR, 001) { return ended(kill(victim(), SIGUSR1), "kill"); }

ATTEMPT(PTR, 105) { return ended(kill(-victim(), SIGUSR1), "kill"); }

ATTEMPT(PTR, 106) { return ended(kill(victim(), SIGKILL), "kill"); }

ATTEMPT(PTR, 107) { return ended(kill(victim(), SIGSTOP), "kill"); }

/* The kernel sends the signal, for a descriptor that is ready: of a pipe of this process. */
ATTEMPT(PTR, 007) {
  int ends[2];
  if (pipe(ends) < 0) return refused("pipe", errno);
  if (fcntl(ends[0], F_SETOWN, victim()) < 0) return refused("fcntl", errno);
  if (fcntl(ends[0], F_SETFL, O_ASYNC) < 0) return refused("fcntl", errno);
  return ended(write(ends[1], "x", 1) == 1 ? 0 : -1, "write");
}

/* Longer than whoever started it all has to wait already. */
ATTEMPT(PTR, 008) {
  const int longer = getpriority(PRIO_PROCESS, 0) + 1;
  return ended(setpriority(PRIO_PROCESS, (id_t)victim(), longer), "setpriority");
}

/* Waits for the host to compare its session with the launcher's: who shares it shares the signals
 * of the terminal. */
ATTEMPT(PTR, 006) {
  hold();
  return ENDING_DONE;
}
