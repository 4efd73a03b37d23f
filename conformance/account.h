// Whoever the commands of a conformance run run as, and where.
#pragma once

#include <sys/types.h>

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace sbxc::conformance {

// As root the same attempts are also made by an ordinary user.
struct Account {
  std::string name;                // for messages
  std::optional<uid_t> change_to;  // by setpriv; absent: as the test itself
  // Words before that, which lead into the namespaces that they run in; they may change directory.
  std::vector<std::string> through{};
};

void PrintTo(const Account& account, std::ostream* out);  // for messages of gtest

std::vector<Account> accounts_here();

// What makes `argv` run as the account, in `directory`.
std::vector<std::string> as_account(const Account& account, const std::string& directory,
                                    const std::vector<std::string>& argv);

}  // namespace sbxc::conformance
