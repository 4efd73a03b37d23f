#include "bench/run/bare_plan.h"

#include "backends/bwrap/bwrap.h"
#include "bench/run/policy_here.h"

namespace sbxc::bench {

std::string bare_arguments(const std::string& policy, const std::string& cwd) {
  const PolicyHere here = policy_here(policy, cwd);
  const Planned planned = plan_bwrap(here.policy, here.sources,
                                     {.brokered = true,
                                      .environment = here.options.surroundings.environment,
                                      .command = {"true"},
                                      .directory = cwd});
  return bwrap::args_bytes(planned.plan);
}

}  // namespace sbxc::bench
