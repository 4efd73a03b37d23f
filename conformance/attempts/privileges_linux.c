/* Rights that the command keeps or can gain. The host reads them off its processes while it waits.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempt.h"

static enum ending wait_for_the_host(void) {
  hold();
  return ENDING_DONE;
}

ATTEMPT(PRV, 001) { return wait_for_the_host(); }
ATTEMPT(PRV, 002) { return wait_for_the_host(); }
ATTEMPT(PRV, 102) { return wait_for_the_host(); }
ATTEMPT(PRV, 104) { return wait_for_the_host(); }
ATTEMPT(PRV, 003) { return wait_for_the_host(); }

/* A filter holds in threads and children that are made later as in the first. */
static void* idle(void* nothing) {
  (void)nothing;
  for (;;) pause();
  return NULL;
}

ATTEMPT(KRN, 016) {
  pthread_t thread;
  const pid_t child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  const int error = pthread_create(&thread, NULL, idle, NULL);
  if (child < 0 || error != 0) return refused("clone", error ? error : errno);
  hold();
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return ENDING_DONE;
}

/* A program that belongs to root and takes its rights: it asks for a password, and waits. */
static enum ending start_and_hold(char* const words[]) {
  int input[2];
  if (access(words[0], X_OK) < 0) return cannot("there is no such program");
  if (pipe(input) < 0) return refused("pipe", errno);
  const pid_t child = fork();
  if (child < 0) return refused("fork", errno);
  if (child == 0) {
    const int nothing = open("/dev/null", O_RDWR);
    dup2(input[0], STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    dup2(nothing, STDERR_FILENO);
    setsid();
    execv(words[0], words);
    _exit(127);
  }
  usleep(60000);
  hold_for("children");
  kill(child, SIGKILL);
  close(input[1]);
  waitpid(child, NULL, 0);
  return ENDING_DONE;
}

ATTEMPT(PRV, 101) {
  char* const words[] = {(char*)"/usr/bin/su", NULL};
  return start_and_hold(words);
}

ATTEMPT(PRV, 105) {
  char* const words[] = {(char*)"/usr/bin/passwd", NULL};
  return start_and_hold(words);
}

ATTEMPT(PRV, 005) {
  char* const words[] = {(char*)"/usr/bin/sudo", (char*)"-S", (char*)"true", NULL};
  return start_and_hold(words);
}

/* A limit that whoever started it has set, set higher. */
ATTEMPT(PRV, 009) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return refused("getrlimit", errno);
  if (limit.rlim_max == RLIM_INFINITY) return cannot("there is no such limit");
  ++limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0) return ENDING_DONE;
  /* What a root without CAP_SYS_RESOURCE is told, too. */
  return errno == EPERM ? cannot("limits cannot be raised here") : refused("setrlimit", errno);
}

/* Which rights the number of a user brings along. */
ATTEMPT(PRV, 119) {
  if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) != 0)
    return refused("prctl", errno);
  return ENDING_DONE;
}
