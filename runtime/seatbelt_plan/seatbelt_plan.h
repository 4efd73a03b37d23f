// What one run on macOS is made of, decided before anything starts: the profile as it is applied,
// the command's environment, its limits, where it begins. Pure: the same on every system, so that
// it is tested wherever sbxc is built.
//
// A run has a mark, random and secret from the command. It is in the profile twice:
//   - every denial carries it as its message, so that the system's log tells whose denial it was;
//   - a lookup of a service of that name is allowed, and of the mark's other name denied. No such
//     services exist, so nothing is opened; but `sandbox_check` then tells for any process whether
//     it is one of this run's, whatever its parent, session or group became. What a profile
//     allows is inherited and cannot be laid off.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/target/target.h"
#include "runtime/seatbelt_plan/seatbelt_limits.h"

namespace sbxc::seatbelt {

struct RunOptions {
  std::string mark;                                // letters and digits
  std::map<std::string, std::string> environment;  // of outside
  std::vector<std::string> command;
  std::string directory;
};

struct RunPlan {
  std::string policy;
  std::string mark;
  std::string profile;
  std::vector<std::string> command;
  std::string directory;
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::string> withheld;  // variables that the policy gives, and no command gets
  std::vector<HeldLimit> limits;
  bool network = false;  // the profile has the parameter PROXY_PORT
  Lowered lowered;       // of the target: verdicts, diagnostics, the source map
};

RunPlan plan_seatbelt_run(const Policy& policy, const Sources& sources, const RunOptions& options);

// What the run's denials end in, in the system's log.
std::string message_of(std::string_view mark);
// The services that tell whose a process is: the one it may look up, and the one it may not.
std::string looked_up_by(std::string_view mark);
std::string hidden_from(std::string_view mark);

// `profile` with a message on every rule that denies. Comments and strings stay as they are.
std::string with_message(std::string_view profile, std::string_view message);

// Read by the loader of programs before they begin: they would change programs that the policy
// lets run into others.
bool is_of_the_loader(std::string_view variable);

}  // namespace sbxc::seatbelt
