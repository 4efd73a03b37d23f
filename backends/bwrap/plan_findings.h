// What is to be said about a plan as a whole, beside the verdicts of its rules.
#pragma once

#include <vector>

#include "backends/bwrap/plan.h"

namespace sbxc::bwrap {

// bubblewrap reads the mount table anew for each mount: the time grows with the square of their
// number. Measured with 0.8.0: 8 ms for 50, 180 ms for 500, 5 s for 2,900.
inline constexpr size_t kManyMounts = 500;
// bubblewrap 0.8.0 takes 9,000 arguments in all; some are left for the launcher.
inline constexpr size_t kMaxArguments = 8'900;

struct Planning {
  const Policy& policy;
  const FileSystemView& files;
  const AccessTree& tree;
};
std::vector<Diagnostic> plan_findings(const Planning& planning, const BwrapPlan& plan,
                                      bool start_hidden);

}  // namespace sbxc::bwrap
