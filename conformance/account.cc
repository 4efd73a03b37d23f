#include "conformance/account.h"

#include <unistd.h>

#include <ostream>

namespace sbxc::conformance {

namespace {

constexpr uid_t kNobody = 65534;

}  // namespace

void PrintTo(const Account& account, std::ostream* out) { *out << account.name; }

std::vector<Account> accounts_here() {
  if (geteuid() != 0) return {{.name = "an ordinary user", .change_to = std::nullopt}};
  return {{.name = "root", .change_to = std::nullopt},
          {.name = "an ordinary user", .change_to = kNobody}};
}

std::vector<std::string> as_account(const Account& account, const std::string& directory,
                                    const std::vector<std::string>& argv) {
  std::vector<std::string> whole = account.through;
  if (account.change_to) {
    const std::string id = std::to_string(*account.change_to);
    whole.insert(whole.end(),
                 {"/usr/bin/setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups", "--"});
  }
  if (!account.through.empty()) whole.insert(whole.end(), {"/usr/bin/env", "-C", directory});
  whole.insert(whole.end(), argv.begin(), argv.end());
  return whole;
}

}  // namespace sbxc::conformance
