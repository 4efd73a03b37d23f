/* Programs that tell what is in a file: as their input, as their script, in their error messages.
 */
#include <errno.h>

#include "file_steps.h"
#include "program.h"

/* The shell's complaint names the words that it took for commands. */
ATTEMPT(FSR, 009) {
  const char* const words[] = {"/bin/sh", scene_path("home", ".ssh/id_rsa"), 0};
  got_output_of(words);
  return ENDING_DONE;
}

ATTEMPT(FSR, 180) { return runs_shell(text(". '%s/bin/tool'", scene("home"))); }
ATTEMPT(FSR, 181) {
  return runs_shell(text("read -r x < '%s/.netrc' && echo \"$x\"", scene("home")));
}

ATTEMPT(FSR, 182) {
  const char* const words[] = {scene_path("home", "bin/tool"), 0};
  if (got_output_of(words) == 0) return ENDING_DONE;
  return refused("execve", errno);
}

ATTEMPT(FSR, 183) {
  const char* const words[] = {"cat", scene_path("home", ".netrc"), 0};
  return runs(words);
}

ATTEMPT(FSR, 184) {
  const char* const words[] = {
      "git", "diff", "--no-index", "/dev/null", scene_path("home", ".netrc"), 0};
  const int status = got_output_of(words); /* 1: there are differences */
  return status == 1 ? ENDING_DONE : refused("git", status == -1 ? errno : 0);
}

ATTEMPT(FSR, 185) {
  const char* const words[] = {"curl", "-s", text("file://%s/.netrc", scene("home")), 0};
  return runs(words);
}

ATTEMPT(FSR, 186) {
  const char* const words[] = {"tar", "-cf", "-", "-C", scene("home"), ".netrc", 0};
  return runs(words);
}

ATTEMPT(FSR, 187) {
  const char* const words[] = {"cp", scene_path("home", ".netrc"), scene_path("work", "copy"), 0};
  return runs(words);
}

/* A sandbox within the sandbox, which hides nothing. */
#ifdef __linux__
ATTEMPT(LIF, 010) {
  const char* const words[] = {"bwrap", "--dev-bind", "/", "/", "cat", scene_path("home", ".netrc"),
                               0};
  return runs(words);
}
#endif
