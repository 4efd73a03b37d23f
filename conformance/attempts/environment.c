/* Variables of whoever started the sandbox. All are handed over; each probe looks for the secret in
 * one of them. And what they, or the project, make the launcher do. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file_steps.h"

extern char** environ;

static enum ending hand_over_all(void) {
  for (char** each = environ; *each; ++each) got(*each, strlen(*each));
  return ENDING_DONE;
}

#define VARIABLE(number) \
  ATTEMPT(ENV, number) { return hand_over_all(); }

VARIABLE(001)
VARIABLE(101)
VARIABLE(102)
VARIABLE(103)
VARIABLE(104)
VARIABLE(105)
VARIABLE(106)
VARIABLE(002)
VARIABLE(107)
VARIABLE(108)
VARIABLE(109)
VARIABLE(111)
VARIABLE(004)
VARIABLE(113)
VARIABLE(114)
VARIABLE(115)
VARIABLE(116)
VARIABLE(008)
#ifdef __APPLE__
VARIABLE(112)
#else
VARIABLE(110)
#endif

/* Settings in the project that a launcher might take for its own, and a variable that leads there
 * (the manifest has it). What they would allow is tried in the next launch. */
static enum ending plant_policies(void) {
  static const char* const names[] = {".sbx",
                                      ".sbxc",
                                      ".sbxc.toml",
                                      "sbxc.toml",
                                      "policy.sbx",
                                      ".sbx/policy",
                                      ".sbxc/policy.sbx",
                                      ".config/sbx/policy.sbx",
                                      ".srt-settings.json",
                                      "agent.sbx"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    const char* path = scene_path("work", names[i]);
    if (make_above(path) == 0) put_file(path, "sbx 1\nallow read /**\n", 21);
  }
  return ENDING_DONE;
}

ATTEMPT(ENV, 006) {
  if (scene_number("launch") == 1) return plant_policies();
  return reads(scene_path("home", ".ssh/id_ed25519"));
}

/* A tool by its bare name, where the path begins with a directory of the project's: inside, what
 * it runs is as confined as this. What the launcher runs is not. */
static enum ending run_by_name(const char* name) {
  execlp(name, name, "--version", (char*)NULL);
  return refused("execve", errno);
}

ATTEMPT(ENV, 118) { return run_by_name("git"); }
#ifdef __APPLE__
ATTEMPT(ENV, 119) { return run_by_name("sandbox-exec"); }
#else
ATTEMPT(ENV, 003) { return run_by_name("bwrap"); }
ATTEMPT(ENV, 117) { return run_by_name("socat"); }
#endif
