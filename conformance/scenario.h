// The stage of a conformance run: a home, a project with a git repository, keys, all made by the
// test itself and owned by the account that runs the commands.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/testing/run_program.h"
#include "conformance/account.h"

namespace sbxc::conformance {

class Scenario {
 public:
  explicit Scenario(Account account);
  ~Scenario();
  Scenario(const Scenario&) = delete;
  Scenario& operator=(const Scenario&) = delete;

  const std::string& root() const { return scratch_.path(); }
  std::string home() const { return root() + "/home"; }
  std::string work() const { return root() + "/home/project"; }
  const std::string& token() const { return token_; }
  const std::string& account() const { return account_.name; }
  // $work, $home, $tmp in `text`.
  std::string filled(std::string text) const;

  // Creates a file with its directories, owned by the account; an existing one is left alone.
  void make_file(const std::string& path, const std::string& text, bool executable);
  // Puts the probe at `path`. Run directly it has to be a place from which the policy allows exec;
  // otherwise it is code that the loader, which every policy with std/base may run, reads (law 4).
  void place_probe(const std::string& path, bool directly);
  const std::vector<std::string>& probe() const { return probe_; }  // the command's first words
  // A unix listener that counts connections.
  void listen_unix(const std::string& path);
  // A TCP listener on 127.0.0.1; its port.
  int listen_tcp();
  int connections() const;  // accepted since the last call of forget_connections()
  void forget_connections();

  // Runs as the account, in the project, with the account's environment and `extra`.
  testing::RunResult run(const std::vector<std::string>& argv,
                         const std::map<std::string, std::string>& extra = {}) const;

  // Compiles `policy` with the real program for this stage; the status must be 0.
  testing::RunResult compile(const std::string& policy,
                             const std::vector<std::string>& options) const;

 private:
  void give(const std::string& path) const;  // to the account

  Account account_;
  // Not in /tmp: some policies allow all of that.
  testing::ScratchDirectory scratch_{"/var/tmp"};
  std::string token_;
  std::vector<std::string> probe_;
  std::vector<int> listeners_;
  mutable int accepted_ = 0;
};

}  // namespace sbxc::conformance
