// For tests: the program that was built, run as a person with a home and nothing else set would run
// it, and what it prints as JSON held to a schema by a validator that is not ours.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "compiler/testing/run_program.h"

namespace sbxc::testing {

inline RunResult run_sbxc(const std::string& directory, std::vector<std::string> words,
                          std::string input = {}) {
  words.insert(words.begin(), SBXC_PROGRAM);
  return run_program(
      {.argv = std::move(words),
       .directory = directory,
       .input = std::move(input),
       .environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", "/home/you"}, {"TMPDIR", "/tmp"}}});
}

// With the policy as `p.sbx`, alone in a directory that is gone afterwards.
inline RunResult run_sbxc_beside(const std::string& policy, std::vector<std::string> words) {
  const ScratchDirectory scratch;
  write_whole(scratch.path() + "/p.sbx", policy);
  return run_sbxc(scratch.path(), std::move(words));
}

// Files against a schema of docs/schemas: status 0 if all are what it says. Needs
// python3-jsonschema and fails without it.
inline RunResult validate(const std::string& schema, const std::vector<std::string>& files) {
  std::vector<std::string> argv = {"/usr/bin/python3", "-W", "ignore", "-m", "jsonschema"};
  for (const std::string& file : files) argv.insert(argv.end(), {"-i", file});
  argv.push_back(std::string(SBXC_SOURCE_DIR) + "/docs/schemas/" + schema);
  return run_program({.argv = argv, .environment = {{"PATH", "/usr/bin:/bin"}}});
}

}  // namespace sbxc::testing
