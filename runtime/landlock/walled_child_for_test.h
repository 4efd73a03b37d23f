// For tests: a child as root or as an ordinary user that goes behind a wall and reports, in one
// byte of its exit status, what it found.
#pragma once

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "runtime/landlock/landlock.h"

namespace sbxc::landlock {

struct Account {
  std::string name;
  std::optional<uid_t> change_to{};
};
inline void PrintTo(const Account& account, std::ostream* out) { *out << account.name; }

inline std::vector<Account> accounts_here() {
  if (geteuid() != 0) return {{"an_ordinary_user"}};
  return {{"root"}, {"an_ordinary_user", uid_t{65534}}};
}

inline constexpr int kNoWall = 250;

// What `attempt` gave (0 or an errno) to a child of that account behind `wall`.
inline int behind(const Account& account, const Wall& wall, const std::function<int()>& attempt) {
  const pid_t child = fork();
  if (child == 0) {
    const uid_t id = account.change_to.value_or(0);
    if (account.change_to && (setresgid(id, id, id) != 0 || setresuid(id, id, id) != 0)) _exit(251);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (apply(wall)) _exit(kNoWall);
    _exit(attempt());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

inline int result_of(int result) { return result < 0 ? errno : 0; }

}  // namespace sbxc::landlock
