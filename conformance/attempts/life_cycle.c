/* Outliving the sandbox: processes that are left behind when the command ends, and a command that
 * is left behind when its launcher is killed. The host finds them by their words. Each ends by
 * itself after a while, also where nobody ends it. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempt.h"

static void leave_the_terminal(void) {
  const int nothing = open("/dev/null", O_RDWR);
  dup2(nothing, STDIN_FILENO);
  dup2(nothing, STDOUT_FILENO);
  dup2(nothing, STDERR_FILENO);
}

static void live_on(void) {
  leave_the_terminal();
  sleep(10);
  _exit(0);
}

static enum ending leave_behind(void (*prepare)(void)) {
  const pid_t child = fork();
  if (child < 0) return refused("fork", errno);
  if (child > 0) return ENDING_DONE;
  prepare();
  live_on();
  return ENDING_DONE;
}

static void nothing(void) {}

static void become_daemon(void) {
  setsid();
  if (fork() != 0) _exit(0);
  setsid();
}

static void ignore_signals(void) {
  setsid();
  for (int each = 1; each < NSIG; ++each) signal(each, SIG_IGN);
}

static void stop(void) {
  leave_the_terminal();
  setsid();
  alarm(10);
  raise(SIGSTOP);
}

ATTEMPT(LIF, 001) {
  const pid_t child = fork();
  if (child < 0) return refused("fork", errno);
  if (child == 0) {
    become_daemon();
    live_on();
  }
  waitpid(child, NULL, 0);
  return ENDING_DONE;
}

ATTEMPT(LIF, 003) { return leave_behind(nothing); }
ATTEMPT(LIF, 101) { return leave_behind(ignore_signals); }
ATTEMPT(LIF, 104) { return leave_behind(stop); }

/* Many, each the child of the one before. */
ATTEMPT(LIF, 102) {
  const pid_t child = fork();
  if (child < 0) return refused("fork", errno);
  for (int i = 0; child == 0 && i < 12; ++i) {
    if (fork() != 0) live_on();
    setsid();
  }
  if (child == 0) live_on();
  return ENDING_DONE;
}

/* The launcher is killed by the suite while this waits; a child that no terminal and no parent
 * ends is looked for then. It is what it is to be by that time. */
static enum ending outlive_the_launcher(void (*prepare)(void)) {
  int ready[2];
  char byte = 0;
  if (pipe(ready) != 0) return refused("pipe", errno);
  const pid_t child = fork();
  if (child < 0) return refused("fork", errno);
  if (child == 0) {
    prepare();
    if (write(ready[1], &byte, 1) == 1) live_on();
    _exit(1);
  }
  close(ready[1]);
  if (read(ready[0], &byte, 1) != 1) return refused("fork", ECHILD);
  hold_for("kill the launcher");
  sleep(2);
  return ENDING_DONE;
}

ATTEMPT(LIF, 002) { return outlive_the_launcher(nothing); }
ATTEMPT(LIF, 105) { return outlive_the_launcher(become_daemon); }
ATTEMPT(LIF, 106) { return outlive_the_launcher(ignore_signals); }

/* The launcher is asked to end instead. */
ATTEMPT(LIF, 007) {
  const pid_t child = fork();
  if (child < 0) return refused("fork", errno);
  if (child == 0) {
    ignore_signals();
    live_on();
  }
  hold_for("end the launcher");
  sleep(2);
  return ENDING_DONE;
}
