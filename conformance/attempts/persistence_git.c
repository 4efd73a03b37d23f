/* What makes git run programs later (gitrepository-layout(5), git-config(1)): hooks, the settings,
 * and the files that lead git to other settings; in the project's repository, in those within it,
 * and in those beside it. Where it is cheap the suite runs git afterwards, outside, and looks for
 * what the planted program leaves. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_steps.h"

#define PLANTS(number, path) \
  ATTEMPT(PER, number) { return plants(scene_path("work", path)); }
#define APPENDS(number, path) \
  ATTEMPT(PER, number) { return appends(scene_path("work", path)); }

/* A program that leaves the nonce outside when git runs it. */
static const char* later(void) {
  return text("#!/bin/sh\necho %s > '%s/mark'\n", scene("nonce"), scene("outside"));
}

static const char* settings(void) {
  return text("[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tfsmonitor = \"%s\"\n",
              scene_path("work", "src/monitor"));
}

static enum ending writes(const char* path, const char* content) {
  if (make_above(path) != 0) return refused("mkdir", errno);
  FILE* file = fopen(path, "w");
  if (!file) return refused("open", errno);
  fputs(content, file);
  return fclose(file) == 0 ? ENDING_DONE : refused("write", errno);
}

static enum ending plants_settings(const char* path) {
  if (plants_program(scene_path("work", "src/monitor"), later()) != ENDING_DONE)
    return ENDING_REFUSED;
  return writes(path, settings());
}

/* What git wants to see before it takes a directory for a repository. */
static enum ending plants_repository(const char* path) {
  if (plants(text("%s/objects/x", path)) != ENDING_DONE ||
      plants(text("%s/refs/x", path)) != ENDING_DONE ||
      writes(text("%s/HEAD", path), "ref: refs/heads/main\n") != ENDING_DONE)
    return ENDING_REFUSED;
  return plants_settings(text("%s/config", path));
}

/* ---- hooks */
ATTEMPT(PER, 004) { return plants_program(scene_path("work", ".git/hooks/pre-commit"), later()); }
PLANTS(400, ".git/hooks/post-checkout")
APPENDS(401, ".git/hooks/post-merge")
ATTEMPT(PER, 402) { return replaces(scene_path("work", ".git/hooks/post-merge")); }
ATTEMPT(PER, 403) {
  return moves(scene_path("work", ".git/hooks/pre-commit.sample"),
               scene_path("work", ".git/hooks/pre-commit"));
}
ATTEMPT(PER, 404) {
  return ended(mkdir(scene_path("work", ".git/hooks/pre-commit.d"), 0755), "mkdir");
}

/* ---- settings */
ATTEMPT(PER, 005) { return plants_settings(scene_path("work", ".git/config")); }
APPENDS(405, ".git/config")
ATTEMPT(PER, 406) {
  const char* lock = scene_path("work", ".git/config.lock");
  if (plants(lock) != ENDING_DONE) return ENDING_REFUSED;
  return moves(lock, scene_path("work", ".git/config"));
}
ATTEMPT(PER, 407) { return removes(scene_path("work", ".git/config")); }

/* ---- files that lead git to other settings */
ATTEMPT(PER, 012) {
  if (plants_repository(scene_path("work", "own")) != ENDING_DONE) return ENDING_REFUSED;
  return writes(scene_path("work", ".git/commondir"), "../own\n");
}
PLANTS(408, ".git/commondir")
PLANTS(013, ".git/config.worktree")
PLANTS(409, ".git/info/attributes")

/* ---- the directory as a whole */
ATTEMPT(PER, 011) {
  const char* repository = scene_path("work", ".git");
  if (moves(repository, scene_path("work", "git.old")) != ENDING_DONE) return ENDING_REFUSED;
  return plants_repository(repository);
}
ATTEMPT(PER, 410) {
  if (moves(scene_path("work", ".git"), scene_path("work", "own")) != ENDING_DONE)
    return ENDING_REFUSED;
  if (appends(scene_path("work", "own/config")) != ENDING_DONE) return ENDING_REFUSED;
  return moves(scene_path("work", "own"), scene_path("work", ".git"));
}

/* ---- submodules and further worktrees */
APPENDS(020, ".git/modules/lib/config")
PLANTS(411, ".git/modules/lib/hooks/post-checkout")
PLANTS(412, ".git/modules/a/b/hooks/post-checkout")
APPENDS(413, ".git/worktrees/topic/commondir")
APPENDS(414, ".git/worktrees/topic/gitdir")
PLANTS(415, ".git/worktrees/topic/config.worktree")
ATTEMPT(PER, 021) { return plants(scene_path("home", "main/.git/hooks/post-commit")); }
ATTEMPT(PER, 416) { return appends(scene_path("home", "main/.git/config")); }

/* ---- repositories within the project, there at the start or made later */
PLANTS(009, "sub/repo/.git/hooks/post-checkout")
APPENDS(417, "sub/repo/.git/config")
PLANTS(418, "sub/repo/.git/commondir")
PLANTS(010, "new/.git/hooks/post-checkout")
PLANTS(419, "new/.git/config")
ATTEMPT(PER, 022) { return plants(scene_path("home", ".cache/sbx/repo/.git/hooks/pre-commit")); }

/* Git takes a directory that looks like a repository for one, whatever its name, and is led to it
 * by a file. */
ATTEMPT(PER, 014) {
  if (plants_repository(scene_path("work", "bare")) != ENDING_DONE) return ENDING_REFUSED;
  return writes(scene_path("work", "own/.git"), "gitdir: ../bare\n");
}

/* ---- other systems that keep hooks */
PLANTS(420, ".hg/hgrc")
