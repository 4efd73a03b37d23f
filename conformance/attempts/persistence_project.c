/* What runs later because somebody opens, enters or commits to the project: settings of editors and
 * agents (CVE-2025-53773, CVE-2025-54135, CVE-2026-25725), of package managers, and what CI runs.
 * One attempt a place, so that a report says which. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_steps.h"

#define PLANTS(number, path) \
  ATTEMPT(PER, number) { return plants(scene_path("work", path)); }
#define APPENDS(number, path) \
  ATTEMPT(PER, number) { return appends(scene_path("work", path)); }

/* ---- there at the start */
APPENDS(006, ".vscode/tasks.json")
APPENDS(300, ".claude/settings.json")
APPENDS(301, ".mcp.json")
ATTEMPT(PER, 302) { return replaces(scene_path("work", ".vscode/tasks.json")); }
ATTEMPT(PER, 303) { return replaces(scene_path("work", ".claude/settings.json")); }
ATTEMPT(PER, 304) { return replaces(scene_path("work", ".mcp.json")); }
ATTEMPT(PER, 305) { return removes(scene_path("work", ".claude/settings.json")); }

/* ---- not there at the start */
PLANTS(007, ".claude/settings.local.json")
PLANTS(310, ".claude/commands/later.md")
PLANTS(311, ".claude/agents/later.md")
PLANTS(312, ".claude/hooks/later.sh")
PLANTS(313, ".idea/workspace.xml")
PLANTS(018, ".vscode/launch.json")
PLANTS(314, ".vscode/settings.json")
PLANTS(315, "work.code-workspace")
PLANTS(316, ".idea/runConfigurations/later.xml")
PLANTS(317, ".devcontainer/devcontainer.json")
PLANTS(019, ".cursor/mcp.json")
PLANTS(318, ".cursor/rules/later.mdc")
PLANTS(319, ".codex/config.toml")
PLANTS(320, ".gemini/settings.json")
PLANTS(321, "opencode.json")
PLANTS(322, "sub/.claude/settings.json")
PLANTS(323, "src/.mcp.json")
PLANTS(324, ".exrc")
PLANTS(325, ".dir-locals.el")

/* ---- tools, and CI */
PLANTS(017, ".envrc")
PLANTS(330, "mise.toml")
PLANTS(331, ".pre-commit-config.yaml")
APPENDS(332, ".npmrc")
PLANTS(333, ".yarnrc.yml")
PLANTS(334, ".cargo/config.toml")
PLANTS(335, "lefthook.yml")
APPENDS(016, ".husky/pre-commit")
PLANTS(336, ".husky/pre-push")
PLANTS(337, ".githooks/pre-push")
APPENDS(338, ".github/workflows/ci.yml")
PLANTS(339, ".github/workflows/later.yml")
PLANTS(340, ".gitlab-ci.yml")

/* ---- a link in the place of what is denied, or of what lies above it */
ATTEMPT(PER, 008) {
  if (plants(scene_path("work", "own/workspace.xml")) != ENDING_DONE) return ENDING_REFUSED;
  return ended(symlink("own", scene_path("work", ".idea")), "symlink");
}

ATTEMPT(PER, 350) {
  if (plants(scene_path("work", "own/settings.json")) != ENDING_DONE) return ENDING_REFUSED;
  if (moves(scene_path("work", ".claude"), scene_path("work", "claude")) != ENDING_DONE)
    return ENDING_REFUSED;
  return moves(scene_path("work", "own"), scene_path("work", ".claude"));
}

ATTEMPT(PER, 351) {
  if (plants(scene_path("work", "own/tasks.json")) != ENDING_DONE) return ENDING_REFUSED;
  if (moves(scene_path("work", ".vscode"), scene_path("work", "vscode")) != ENDING_DONE)
    return ENDING_REFUSED;
  return ended(symlink("own", scene_path("work", ".vscode")), "symlink");
}

ATTEMPT(PER, 352) {
  if (plants(scene_path("work", "own.json")) != ENDING_DONE) return ENDING_REFUSED;
  return ended(symlink("../own.json", scene_path("work", ".claude/settings.local.json")),
               "symlink");
}

/* ---- what is denied is a link already: the link is replaced, or what it leads to is changed */
ATTEMPT(PER, 015) {
  const char* settings = scene_path("work", ".vscode/settings.json");
  if (unlink(settings) != 0) return refused("unlink", errno);
  return plants(settings);
}
APPENDS(353, "editor.json")

/* A link that leads nowhere yet: whoever makes its target has made what is denied. */
PLANTS(354, "nowhere/workspace.xml")
