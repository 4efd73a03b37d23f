/* What the kernel writes by itself when a process dies: no call of the process makes this file, so
 * whoever looks at calls does not see it, and it comes to be where the process stands (core(5)). */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempt.h"

/* `core` and its like; neither a program that is started nor a directory of the machine's. */
static int is_written_where_it_happens(void) {
  char pattern[256] = "";
  FILE* file = fopen("/proc/sys/kernel/core_pattern", "re");
  if (!file) return 0;
  const int there = fgets(pattern, sizeof pattern, file) != NULL;
  fclose(file);
  return there && !strpbrk(pattern, "|@/");
}

static enum ending dumps_in(const char* directory) {
  struct rlimit limit;
  if (!is_written_where_it_happens()) return cannot("core dumps go elsewhere on this machine");
  if (getrlimit(RLIMIT_CORE, &limit) != 0) return refused("getrlimit", errno);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_CORE, &limit);
  if (limit.rlim_max < 1 << 20) return cannot("there are no core dumps here");
  const pid_t child = fork();
  if (child < 0) return refused("fork", errno);
  if (child == 0) {
    if (chdir(directory) != 0) _exit(1);
    signal(SIGABRT, SIG_DFL);
    raise(SIGABRT);
    _exit(2);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status)) return refused("chdir", EACCES);
  return WCOREDUMP(status) ? ENDING_DONE : refused("core dump", EACCES);
}

ATTEMPT(PRV, 007) { return dumps_in(scene_path("work", ".git/hooks")); }
ATTEMPT(PRV, 116) { return dumps_in(scene_path("work", ".vscode")); }
ATTEMPT(PRV, 117) { return dumps_in(scene_path("work", "sub/repo/.git/hooks")); }
ATTEMPT(PRV, 118) { return dumps_in(scene_path("home", "bin")); }
