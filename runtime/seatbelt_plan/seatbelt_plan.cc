#include "runtime/seatbelt_plan/seatbelt_plan.h"

#include <algorithm>

#include "backends/bwrap/environment_part.h"
#include "backends/seatbelt/seatbelt.h"

namespace sbxc::seatbelt {
namespace {

// Filtered rules are read from the last, so these two are the first to be asked.
std::string rules_of_the_mark(std::string_view mark) {
  return "\n;; Whose processes these are.\n(allow mach-lookup (global-name \"" +
         looked_up_by(mark) + "\"))\n(deny mach-lookup (global-name \"" + hidden_from(mark) +
         "\"))\n";
}

}  // namespace

std::string message_of(std::string_view mark) { return "sbxc-" + std::string(mark); }
std::string looked_up_by(std::string_view mark) { return "sbxc.run." + std::string(mark); }
std::string hidden_from(std::string_view mark) { return "sbxc.not." + std::string(mark); }

bool is_of_the_loader(std::string_view variable) {
  return variable.starts_with("DYLD_") || variable.starts_with("__XPC_DYLD_");
}

RunPlan plan_seatbelt_run(const Policy& policy, const Sources& sources, const RunOptions& options) {
  RunPlan plan{.policy = policy.name,
               .mark = options.mark,
               .profile = {},
               .command = options.command,
               .directory = options.directory,
               .environment = {},
               .withheld = {},
               .limits = held_limits(policy),
               .network = false,
               .lowered = lower_seatbelt(policy, sources, {})};
  for (auto& variable : bwrap::environment_part(policy, options.environment, Os::macos).set) {
    if (!is_of_the_loader(variable.first)) {
      plan.environment.push_back(std::move(variable));
    } else if (!options.environment.contains(variable.first) ||
               options.environment.at(variable.first) != variable.second) {
      plan.withheld.push_back(variable.first);
    }
  }
  plan.network = std::ranges::any_of(policy.rules, [](const Rule& rule) {
    return rule.operation == Operation::connect && rule.effect != Effect::deny && rule.os.macos;
  });
  plan.profile = with_message(plan.lowered.artifacts.at(0).bytes + rules_of_the_mark(options.mark),
                              message_of(options.mark));
  return plan;
}

}  // namespace sbxc::seatbelt
