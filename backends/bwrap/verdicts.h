// What bubblewrap makes of each rule: exact, narrower, held by another part, or not held.
#pragma once

#include <vector>

#include "backends/bwrap/access_tree.h"
#include "backends/bwrap/exec_part.h"
#include "backends/bwrap/plan.h"
#include "backends/target/target.h"

namespace sbxc::bwrap {

struct Findings {  // what is known after the tree was laid over the file system
  const AccessTree& tree;
  const ExecPart& exec;
  const std::vector<FixedFile>& fixed_files;
  const std::vector<FixedFile>& settings;
  bool static_only = false;
  bool unix_sockets = false;
  bool environment_known = false;
  bool programs_spoken_of = false;  // some rule is about executing
};

// One verdict a rule; fills in the plan's broker, landlock and not_held parts.
std::vector<RuleVerdict> judge_rules(const Policy& policy, const Findings& findings,
                                     BwrapPlan& plan);

}  // namespace sbxc::bwrap
