// For tests of `sbxc run`: a policy in the stage's project, and commands under it by the real
// program, as each account there is.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "conformance/scenario.h"

namespace sbxc::conformance {

// Reads what programs need, writes the project.
inline const std::string kProjectPolicy =
    "sbx 1\n\nuse std/base\nallow write $cwd/**\nallow exec $cwd/**\n";

class RunStage {
 public:
  explicit RunStage(const Account& account, const std::string& policy = kProjectPolicy)
      : scenario_(account) {
    testing::write_whole(policy_path(), policy);
  }

  Scenario& scenario() { return scenario_; }
  std::string work() const { return scenario_.work(); }
  std::string home() const { return scenario_.home(); }
  std::string program() const { return scenario_.root() + "/sbxc"; }
  // Beside the home, where the command cannot change it.
  std::string policy_path() const { return scenario_.root() + "/policy.sbx"; }

  testing::RunResult run(const std::vector<std::string>& command,
                         const std::vector<std::string>& options = {}) const {
    std::vector<std::string> argv = {program(), "run"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.insert(argv.end(), {policy_path(), "--"});
    argv.insert(argv.end(), command.begin(), command.end());
    return scenario_.run(argv);
  }
  testing::RunResult shell(const std::string& script,
                           const std::vector<std::string>& options = {}) const {
    return run({"/bin/sh", "-c", script}, options);
  }
  // A script outside the sandbox, in which $run is the program with the policy.
  testing::RunResult outside(const std::string& script) const {
    return scenario_.run(
        {"/bin/bash", "-c",
         "run() { '" + program() + "' run '" + policy_path() + "' -- \"$@\"; }\n" + script});
  }

 private:
  Scenario scenario_;
};

}  // namespace sbxc::conformance
