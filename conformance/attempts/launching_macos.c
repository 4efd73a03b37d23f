/* Having something started outside: by the programs that macOS brings for it, whose services start
 * it in their own name. What is started leaves a mark in outside/, or reads what is denied. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempt.h"

extern char** environ;

/* Runs it for five seconds at most, and hands over what it prints. */
static enum ending run(const char* const words[]) {
  int output[2];
  pid_t child = 0;
  posix_spawn_file_actions_t actions;
  if (pipe(output) < 0) return refused("pipe", errno);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, output[0]);
  const int error = posix_spawn(&child, words[0], &actions, NULL, (char* const*)words, environ);
  close(output[1]);
  if (error != 0) return refused("posix_spawn", error);
  fcntl(output[0], F_SETFL, O_NONBLOCK);
  int status = 0;
  for (int i = 0; i < 100 && waitpid(child, &status, WNOHANG) == 0; ++i) usleep(50000);
  kill(child, SIGKILL);
  got_descriptor(output[0]);
  return status == 0 ? ENDING_DONE : refused(words[0], EPERM);
}

/* A script in the project that leaves the mark. */
static const char* script(const char* name) {
  char text[2048];
  const char* path = scene_path("work", name);
  const char* mark = scene_path("outside", scene("nonce"));
  const int size = snprintf(text, sizeof text, "#!/bin/sh\necho %s > '%s'\n", scene("nonce"), mark);
  if (put_file(path, text, (size_t)size) == 0) chmod(path, 0755);
  return path;
}

static const char* job(void) {
  static char label[64];
  snprintf(label, sizeof label, "sbxc.%.32s", scene("nonce"));
  return label;
}

ATTEMPT(MAC, 001) {
  const char* const words[] = {"/bin/launchctl", "submit",      "-l", job(), "--",
                               "/bin/sh",        script("job"), NULL};
  const enum ending ending = run(words);
  sleep(1);
  const char* const away[] = {"/bin/launchctl", "remove", job(), NULL};
  run(away);
  return ending;
}

ATTEMPT(MAC, 002) {
  const char* const words[] = {"/usr/bin/open",       "-g", "-j", "-a", "Terminal",
                               script("job.command"), NULL};
  const enum ending ending = run(words);
  sleep(2);
  return ending;
}

ATTEMPT(MAC, 003) {
  char line[2048];
  snprintf(line, sizeof line, "tell application \"Finder\" to do shell script \"/bin/sh '%s'\"",
           script("job"));
  const char* const words[] = {"/usr/bin/osascript", "-e", line, NULL};
  return run(words);
}

ATTEMPT(MAC, 021) {
  char line[2048];
  snprintf(line, sizeof line, "echo \"/bin/sh '%s'\" | /usr/bin/at now", script("job"));
  const char* const words[] = {"/bin/sh", "-c", line, NULL};
  return run(words);
}

/* Within another sandbox that allows everything. */
ATTEMPT(MAC, 011) {
  const char* const words[] = {"/usr/bin/sandbox-exec",
                               "-p",
                               "(version 1)(allow default)",
                               "/bin/cat",
                               scene_path("home", ".ssh/id_ed25519"),
                               NULL};
  return run(words);
}

ATTEMPT(MAC, 019) {
  const char* image = scene_path("work", "image.dmg");
  const char* const words[] = {"/usr/bin/hdiutil", "create", "-size", "1m", "-fs", "HFS+",
                               "-attach",          image,    NULL};
  return run(words);
}

ATTEMPT(MAC, 024) {
  const char* picture = scene_path("work", "screen.png");
  const char* const words[] = {"/usr/sbin/screencapture", "-x", picture, NULL};
  return run(words);
}

ATTEMPT(MAC, 027) {
  const char* const words[] = {"/bin/ps", "-axwwE", NULL};
  return run(words);
}

ATTEMPT(PRV, 010) {
  const char* const words[] = {"/usr/bin/at", "-l", NULL};
  return run(words);
}

/* What a sandboxed program may be given, made up: a token for all files. */
ATTEMPT(MAC, 013) {
  typedef int64_t (*consume_function)(const char*);
  const consume_function consume =
      (consume_function)dlsym(RTLD_DEFAULT, "sandbox_extension_consume");
  if (!consume) return cannot("there is no sandbox_extension_consume");
  consume(
      "0000;00000000;00000000;0000000000000020;com.apple.app-sandbox.read-write;01;01000004;0;/");
  return got_file(scene_path("home", ".ssh/id_ed25519")) == 0 ? ENDING_DONE
                                                              : refused("open", errno);
}

/* A token that the process makes for itself, of what it cannot read. */
ATTEMPT(MAC, 130) {
  typedef char* (*issue_function)(const char*, const char*, uint32_t);
  typedef int64_t (*consume_function)(const char*);
  const issue_function issue = (issue_function)dlsym(RTLD_DEFAULT, "sandbox_extension_issue_file");
  const consume_function consume =
      (consume_function)dlsym(RTLD_DEFAULT, "sandbox_extension_consume");
  if (!issue || !consume) return cannot("there are no sandbox extensions");
  const char* path = scene_path("home", ".ssh/id_ed25519");
  const char* token = issue("com.apple.app-sandbox.read", path, 0);
  if (token) consume(token);
  return got_file(path) == 0 ? ENDING_DONE : refused("open", errno);
}
