// A small internet of the test's own, in a network and a mount namespace of its own: servers,
// names, an authority for certificates (testdata/net/world.py says what there is). It takes nothing
// from the machine and leaves nothing on it, and any number can be there at once. Made as root, or
// by an ordinary user in a user namespace; what runs in it as an ordinary user has no rights there.
//
// What happened is told by its log, which is kept where the packets pass, never by the client.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "compiler/testing/run_program.h"
#include "conformance/account.h"

namespace sbxc::conformance {

class TestNetwork {
 public:
  explicit TestNetwork(Account account);
  ~TestNetwork();
  TestNetwork(const TestNetwork&) = delete;
  TestNetwork& operator=(const TestNetwork&) = delete;

  const std::string& why_not() const { return why_not_; }  // empty: it is there
  // Whoever was given, inside it.
  const Account& account() const { return account_; }
  const std::string& directory() const { return scratch_.path(); }
  std::string authority() const { return directory() + "/authority.pem"; }

  // What the resolver answers from now on, besides the names that are always there: JSON members.
  void set_names(const std::string& members) const;

  // Lines of everything so far, since forget().
  std::vector<std::string> log();
  void forget();
  // Of the log: where anything was sent (`tcp 198.51.100.10:443`, `udp …`, `ping …`).
  std::set<std::string> sent();
  // Of the log: names that were asked for.
  std::set<std::string> asked();

 private:
  void start();
  std::string read_line();

  testing::ScratchDirectory scratch_{"/var/tmp"};
  Account account_;
  std::string why_not_;
  pid_t process_ = -1;
  int to_ = -1;
  int from_ = -1;
  size_t forgotten_ = 0;
};

}  // namespace sbxc::conformance
