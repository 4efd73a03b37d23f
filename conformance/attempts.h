// One attempt: something a command might do, made so that its success shows outside the sandbox,
// never by what the inside claims. A fresh token is the evidence: it has to arrive.
#pragma once

#include <string>
#include <vector>

#include "conformance/scenario.h"

namespace sbxc::conformance {

// From examples.toml. `target` is a path, a variable's name, a unix socket's path or a call's name,
// with $work and $home already filled in.
struct Attempt {
  std::string operation;
  std::string target;
};

// Makes what the attempt needs (a file with the token, a listener). Called before the policy is
// compiled, for a plan is resolved against the files that exist.
void prepare(const Attempt& attempt, Scenario& scenario);

// Makes the attempt with `launcher` before the command (empty: without a sandbox) and tells whether
// the evidence arrived.
bool succeeds(const Attempt& attempt, Scenario& scenario, const std::vector<std::string>& launcher);

}  // namespace sbxc::conformance
