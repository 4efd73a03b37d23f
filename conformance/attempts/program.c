/* What program.h says. The errno of a failed execution comes over a pipe of its own, which a
 * successful one closes. */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void become(const char* const words[], int output, int failure) {
  const int nothing = open("/dev/null", O_RDONLY);
  if (nothing >= 0) dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  /* execvp promises not to change the words; its type is older than const. */
  execvp(words[0], (char* const*)(const void*)words);
  const int error = errno;
  if (write(failure, &error, sizeof error) < 0) _exit(126);
  _exit(127);
}

int got_output_of(const char* const words[]) {
  int output[2];
  int failure[2];
  if (pipe(output) != 0 || pipe(failure) != 0) return -1;
  fcntl(failure[1], F_SETFD, FD_CLOEXEC);
  const pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) become(words, output[1], failure[1]);
  close(output[1]);
  close(failure[1]);
  got_descriptor(output[0]);
  int error = 0;
  const int failed = read(failure[0], &error, sizeof error) == sizeof error;
  close(output[0]);
  close(failure[0]);
  int status = 0;
  if (waitpid(child, &status, 0) != child) return -1;
  if (failed) {
    errno = error;
    return -1;
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

enum ending runs(const char* const words[]) {
  const int status = got_output_of(words);
  if (status == -1 && errno == ENOENT) return cannot(words[0]);
  if (status == -1) return refused("execve", errno);
  if (status == 0) return ENDING_DONE;
  char why[120];
  snprintf(why, sizeof why, "%s ended with status %d", words[0], status);
  return refused(why, 0);
}

enum ending runs_shell(const char* script) {
  const char* const words[] = {"/bin/sh", "-c", script, 0};
  return runs(words);
}
