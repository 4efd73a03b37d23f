// The parts of a verification. Inside this room only.
#pragma once

#include "backends/bwrap/read/findings.h"
#include "backends/bwrap/read/verify.h"

namespace sbxc::bwrap_read {

struct Verifying {
  const Policy& policy;  // as written
  const PlanFile& plan;
  const ArgumentsFile& arguments;
  const std::vector<RuleVerdict>& verdicts;
  const FileFacts& facts;  // with what the plan makes before the start
  const PathBudget& budget;
};

// read, write, exec and socket: the steps of one file, as its `name` says.
struct StepsOf {
  std::string_view name;
  const std::vector<Step>& steps;
};
// `policy` is the one with its patterns continued through links.
void verify_paths(const Verifying& on, const Policy& policy, const StepsOf& steps,
                  Findings& findings);
// Whether both files give bubblewrap the same steps.
bool verify_same_steps(const Verifying& on, Findings& findings);
void verify_links(const Verifying& on, const Policy& policy, Findings& findings);

void verify_environment(const Verifying& on, Findings& findings);
void verify_network(const Verifying& on, Findings& findings);
// Namespaces, limits, what is made before the start.
void verify_surroundings(const Verifying& on, const Policy& policy, Findings& findings);

}  // namespace sbxc::bwrap_read
