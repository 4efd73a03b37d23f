/* Moving: a denied thing to where it is not denied, what lies above it, something of one's own to
 * where it would be denied, and the same over two launches. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/syscall.h>
#endif

#include "file_steps.h"
#include "program.h"

#define WORK(path) scene_path("work", path)

ATTEMPT(REN, 001) { return moves_and_reads(WORK(".env"), WORK("plain"), ""); }
ATTEMPT(REN, 101) { return moves_and_reads(scene_path("home", ".ssh"), WORK("keys"), "id_rsa"); }
ATTEMPT(REN, 102) { return moves_and_reads(scene_path("home", ".netrc"), WORK("plain"), ""); }
ATTEMPT(REN, 103) { return moves_and_reads(WORK(".env"), WORK(".env.example"), ""); }

/* Below node_modules other people's examples lie, which a policy may let be read. */
ATTEMPT(REN, 002) { return moves_and_reads(WORK("sub"), WORK("node_modules/sub"), ".env"); }
ATTEMPT(REN, 104) { return moves_and_reads(WORK("pkg"), WORK("node_modules/pkg"), "a/b/c/d/.env"); }
ATTEMPT(REN, 105) { return moves_and_reads(WORK(".env"), WORK("node_modules/left-pad/.env"), ""); }

ATTEMPT(REN, 003) {
  if (scene_number("launch") == 1) return moves(WORK("pkg"), WORK("node_modules/pkg"));
  return reads(WORK("node_modules/pkg/a/b/c/d/.env"));
}

ATTEMPT(REN, 107) {
  if (scene_number("launch") == 1) return moves(scene_path("home", ".ssh"), WORK("keys"));
  return reads(WORK("keys/id_ed25519"));
}

/* ---- something of one's own becomes what is denied */
static enum ending smuggles(const char* made, const char* from, const char* to) {
  if (plants(WORK(made)) != ENDING_DONE) return ENDING_REFUSED;
  return moves(WORK(from), WORK(to));
}

ATTEMPT(REN, 110) { return smuggles("own/git/hooks/pre-commit", "own/git", "own/.git"); }
ATTEMPT(REN, 111) { return smuggles("own/tasks.json", "own", "src/.vscode"); }
ATTEMPT(REN, 112) { return smuggles("node_modules/p/.vscode/tasks.json", "node_modules/p", "p"); }
ATTEMPT(REN, 113) { return smuggles("node_modules/p/.git/hooks/x", "node_modules/p", "p"); }
ATTEMPT(REN, 114) { return smuggles("own/pre-commit", "own/pre-commit", ".git/hooks/pre-commit"); }
ATTEMPT(REN, 115) { return smuggles("own/settings.json", "own", ".claude/commands"); }
ATTEMPT(REN, 116) {
  return smuggles("node_modules/p/.mcp.json", "node_modules/p/.mcp.json", "src/.mcp.json");
}

ATTEMPT(REN, 006) {
  if (plants(WORK("own/pre-commit")) != ENDING_DONE) return ENDING_REFUSED;
  if (moves(WORK(".git/hooks"), WORK(".git/hooks.old")) != ENDING_DONE) return ENDING_REFUSED;
  return moves(WORK("own"), WORK(".git/hooks"));
}

/* ---- emptied and made anew */
ATTEMPT(REN, 005) {
  if (runs_shell(text("rm -rf '%s' 2>/dev/null; exec test ! -e '%s'", WORK("sub"), WORK("sub"))) !=
      ENDING_DONE)
    return ENDING_REFUSED;
  return plants(WORK("sub/repo/.git/config"));
}

ATTEMPT(REN, 011) {
  return runs_shell(
      text("rm -rf '%s' 2>/dev/null; exec test ! -e '%s'", WORK(".git"), WORK(".git")));
}

ATTEMPT(REN, 117) {
  if (moves(WORK("sub"), WORK("bus")) != ENDING_DONE) return ENDING_REFUSED;
  return plants(WORK("sub/repo/.git/config"));
}

#ifdef __linux__
enum { kExchange = 2, kWhiteout = 4 };

static enum ending exchanges(const char* one, const char* other) {
  return ended(syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, kExchange), "renameat2");
}

ATTEMPT(REN, 004) {
  if (plants(WORK("own/config")) != ENDING_DONE) return ENDING_REFUSED;
  return exchanges(WORK("own"), WORK(".git"));
}

ATTEMPT(REN, 130) {
  if (plants(WORK("plain")) != ENDING_DONE) return ENDING_REFUSED;
  if (exchanges(WORK("plain"), WORK(".env")) != ENDING_DONE) return ENDING_REFUSED;
  return reads(WORK("plain"));
}

ATTEMPT(REN, 131) {
  if (plants(WORK("own/repo/x")) != ENDING_DONE) return ENDING_REFUSED;
  return exchanges(WORK("own"), WORK("sub"));
}

ATTEMPT(REN, 007) {
  return ended(
      syscall(SYS_renameat2, AT_FDCWD, WORK(".git/config"), AT_FDCWD, WORK(".git/old"), kWhiteout),
      "renameat2");
}
#endif
