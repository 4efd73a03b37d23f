// For tests: a directory on this machine where a plan is tried for real, by whoever runs the tests,
// and if that is root by an ordinary user too. Commands go through the emitted script, which runs
// the real bubblewrap.
#pragma once

#include <sys/types.h>

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "backends/bwrap/bwrap.h"
#include "compiler/testing/run_program.h"

namespace sbxc::bwrap {

struct Account {
  std::string name;
  std::optional<uid_t> change_to;
};
std::vector<Account> accounts_here();
inline void PrintTo(const Account& account, std::ostream* out) { *out << account.name; }

class Stage {
 public:
  explicit Stage(Account account);

  // A name below the stage: `at("work")`.
  std::string at(const std::string& name) const;
  void make_file(const std::string& path, const std::string& text) const;
  void make_directory(const std::string& path) const;
  void make_link(const std::string& path, const std::string& target) const;
  int listen_unix(const std::string& path) const;  // the listening descriptor

  // What programs need to start, so that tests need not repeat it.
  static Policy programs(std::initializer_list<std::string> rules = {});

  // Plans `policy` against this machine and writes the script; what the stage runs from then on.
  void plan(const Policy& policy, BwrapOptions options = {}, const ScriptOptions& script = {});
  const Planned& planned() const { return planned_; }
  const std::string& script() const { return script_; }

  testing::RunResult run(const std::vector<std::string>& command,
                         std::map<std::string, std::string> environment = {}) const;
  testing::RunResult shell(const std::string& commands) const;
  // The account's own argv for `argv`, without a sandbox.
  std::vector<std::string> as_account(std::vector<std::string> argv) const;
  // Runs without the sandbox: positive controls.
  testing::RunResult outside(const std::vector<std::string>& command) const;

  // Every path below the stage, sorted: to see that nothing was left.
  std::vector<std::string> everything() const;

 private:
  void give(const std::string& path) const;

  Account account_;
  testing::ScratchDirectory scratch_;
  std::string root_;
  std::string script_;
  Planned planned_;
};

// A rule about exactly these bytes, whatever they are; with everything below when `subtree`.
Rule path_rule(Effect effect, Operation operation, const std::string& path, bool subtree);

}  // namespace sbxc::bwrap
