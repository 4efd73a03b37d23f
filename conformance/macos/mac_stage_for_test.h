// For tests on a Mac: a home with a project in it and a policy beside it, and commands under that
// policy by the real program.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits.h>
#include <sys/stat.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "compiler/testing/run_program.h"

namespace sbxc::conformance {

// The program that was built with the tests, or another one: the tests of one machine may run on
// another.
inline std::string program_on_this_mac() {
  const char* given = std::getenv("SBXC_PROGRAM");
  return given != nullptr ? given : SBXC_PROGRAM;
}

inline const std::string kMacPolicy =
    "sbx 1\n\nuse std/base\nallow write $cwd/**\nallow exec $cwd/**\n";

class MacStage {
 public:
  explicit MacStage(const std::string& policy = kMacPolicy) {
    char canonical[PATH_MAX];
    root_ = realpath(scratch_.path().c_str(), canonical);
    mkdir(home().c_str(), 0755);
    mkdir(work().c_str(), 0755);
    testing::write_whole(policy_path(), policy);
    testing::write_whole(secret(), "t0ken\n");
  }

  std::string root() const { return root_; }
  std::string home() const { return root_ + "/home"; }
  std::string work() const { return home() + "/work"; }
  std::string secret() const { return home() + "/secret.txt"; }
  std::string policy_path() const { return root_ + "/policy.sbx"; }
  std::map<std::string, std::string>& environment() { return environment_; }

  testing::RunResult program(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), program_on_this_mac());
    std::map<std::string, std::string> environment = environment_;
    environment["HOME"] = home();
    environment["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin";
    environment["TMPDIR"] = root_;
    return testing::run_program(
        {.argv = std::move(arguments), .directory = work(), .environment = environment});
  }
  testing::RunResult run(const std::vector<std::string>& command,
                         const std::vector<std::string>& options = {}) const {
    std::vector<std::string> arguments = {"run"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.insert(arguments.end(), {policy_path(), "--"});
    arguments.insert(arguments.end(), command.begin(), command.end());
    return program(std::move(arguments));
  }
  testing::RunResult shell(const std::string& script,
                           const std::vector<std::string>& options = {}) const {
    return run({"/bin/sh", "-c", script}, options);
  }
  // Without any sandbox: the control of an attempt.
  testing::RunResult outside(const std::string& script) const {
    return testing::run_program({.argv = {"/bin/sh", "-c", script},
                                 .directory = work(),
                                 .environment = {{"PATH", "/usr/bin:/bin:/usr/sbin:/sbin"}}});
  }

 private:
  testing::ScratchDirectory scratch_;
  std::string root_;
  std::map<std::string, std::string> environment_;
};

inline bool exists(const std::string& path) {
  struct stat facts {};
  return lstat(path.c_str(), &facts) == 0;
}

}  // namespace sbxc::conformance
