/* Links: symbolic ones that lead out of what may be read or written, and second names of a file
 * (CVE-2026-39861; CVE-2024-42472 for the two launches). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_steps.h"

static const char* key(void) { return scene_path("home", ".ssh/id_ed25519"); }
static const char* victim(void) { return scene_path("outside", "victim.txt"); }

/* A symbolic link in the project, and what is to be opened by it. */
static enum ending reads_by_link(const char* target, const char* name) {
  if (symlink(target, scene_path("work", "made-link")) != 0) return refused("symlink", errno);
  return reads(scene_path("work", name));
}

ATTEMPT(LNK, 001) { return reads_by_link(key(), "made-link"); }
ATTEMPT(LNK, 101) { return reads_by_link("link-to-key", "made-link"); }
ATTEMPT(LNK, 102) { return reads(scene_path("work", "link-to-key")); }
ATTEMPT(LNK, 103) { return reads_by_link("../.ssh", "made-link/id_ed25519"); }
ATTEMPT(LNK, 104) { return reads(scene_path("work", "link-to-keys/id_ed25519")); }
ATTEMPT(LNK, 105) { return reads_by_link("/", text("made-link%s", key())); }
ATTEMPT(LNK, 106) { return reads_by_link(".env", "made-link"); }
ATTEMPT(LNK, 107) { return reads_by_link(".", "made-link/.env"); }
ATTEMPT(LNK, 108) { return reads_by_link("sub", "made-link/.env"); }

/* Through as many links as both systems follow. */
ATTEMPT(LNK, 109) {
  if (symlink(".env", scene_path("work", "chain0")) != 0) return refused("symlink", errno);
  for (int i = 1; i < 30; ++i) {
    if (symlink(text("chain%d", i - 1), text("%s/chain%d", scene("work"), i)) != 0)
      return refused("symlink", errno);
  }
  return reads(scene_path("work", "chain29"));
}

static enum ending plants_by_link(const char* target, const char* name) {
  if (symlink(target, scene_path("work", "made-link")) != 0) return refused("symlink", errno);
  return plants(scene_path("work", name));
}

ATTEMPT(LNK, 002) { return plants_by_link(victim(), "made-link"); }
ATTEMPT(LNK, 110) { return plants_by_link(scene_path("outside", "made"), "made-link"); }
ATTEMPT(LNK, 111) { return plants_by_link(scene("outside"), "made-link/made"); }
ATTEMPT(LNK, 112) { return plants(scene_path("work", "link-outside")); }
ATTEMPT(LNK, 113) { return plants(scene_path("work", "link-nowhere")); }
ATTEMPT(LNK, 114) { return plants_by_link(".git/config", "made-link"); }
ATTEMPT(LNK, 115) { return plants_by_link(".git", "made-link/hooks/pre-commit"); }
ATTEMPT(LNK, 116) { return plants_by_link(".git/hooks", "made-link/pre-commit"); }
ATTEMPT(LNK, 117) { return plants_by_link("../.bashrc", "made-link"); }
ATTEMPT(LNK, 118) { return plants_by_link(".vscode/launch.json", "made-link"); }
ATTEMPT(LNK, 119) { return plants_by_link("..", "made-link/.zshenv"); }

/* A second name in the project, then a change by it. */
static enum ending links_and_appends(const char* target) {
  const char* name = scene_path("work", "second");
  if (link(target, name) != 0) return refused("link", errno);
  return appends(name);
}

static enum ending links_and_reads(const char* target) {
  const char* name = scene_path("work", "second");
  if (link(target, name) != 0) return refused("link", errno);
  return reads(name);
}

ATTEMPT(LNK, 003) { return links_and_appends(victim()); }
ATTEMPT(LNK, 130) { return links_and_reads(key()); }
ATTEMPT(LNK, 004) { return links_and_reads(scene_path("work", ".env")); }
ATTEMPT(LNK, 131) { return links_and_appends(scene_path("work", ".git/config")); }
ATTEMPT(LNK, 132) { return links_and_appends(scene_path("work", ".git/hooks/post-merge")); }
ATTEMPT(LNK, 133) { return links_and_appends(scene_path("home", ".bashrc")); }

/* A name that is denied, for a file of one's own. */
ATTEMPT(LNK, 134) {
  return ended(link(scene_path("work", "README.md"), scene_path("work", ".git/hooks/pre-commit")),
               "link");
}
ATTEMPT(LNK, 135) {
  return ended(symlink("../../README.md", scene_path("work", ".git/hooks/pre-commit")), "symlink");
}

#ifdef __linux__
ATTEMPT(LNK, 136) {
  const int fd = open(victim(), O_RDONLY);
  if (fd < 0) return refused("open", errno);
  const char* name = scene_path("work", "second");
  if (linkat(AT_FDCWD, text("/dev/fd/%d", fd), AT_FDCWD, name, AT_SYMLINK_FOLLOW) != 0)
    return refused("linkat", errno);
  return appends(name);
}
#endif

/* What hides a denied file is removed, or takes another name. */
ATTEMPT(LNK, 011) {
  const char* hidden = scene_path("work", ".env");
  if (unlink(hidden) != 0) return refused("unlink", errno);
  return plants(hidden);
}

/* The first launch puts a link where the second one expects a directory that may be written. */
ATTEMPT(LNK, 005) {
  const char* cache = scene_path("home", ".cache/sbx");
  if (scene_number("launch") == 1) {
    mkdir(cache, 0755);
    if (rename(cache, scene_path("home", ".cache/old")) != 0 && rmdir(cache) != 0)
      return refused("rmdir", errno);
    return ended(symlink(scene("outside"), cache), "symlink");
  }
  return plants(text("%s/made", cache));
}

ATTEMPT(LNK, 137) {
  const char* directory = scene_path("work", "src/deep");
  if (scene_number("launch") == 1) {
    if (rename(directory, scene_path("work", "deep")) != 0) return refused("rename", errno);
    return ended(symlink(scene("outside"), directory), "symlink");
  }
  return plants(text("%s/made", directory));
}

ATTEMPT(LNK, 138) {
  const char* settings = scene_path("work", ".claude");
  if (scene_number("launch") == 1) {
    if (rename(settings, scene_path("work", "claude")) != 0) return refused("rename", errno);
    return ended(symlink("claude", settings), "symlink");
  }
  return plants(scene_path("work", "claude/settings.json"));
}
