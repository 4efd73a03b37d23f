#include "bench/run/package_settings.h"

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "bench/run/policy_here.h"

namespace sbxc::bench {

namespace {

using Paths = std::set<std::string>;

// A path, or the directory whose everything is meant; both are one to the package.
void add_places(const std::vector<Pattern>& patterns, Paths& to) {
  for (const Pattern& pattern : patterns) {
    for (const PathGlob& glob : std::get<PathPattern>(pattern).globs) {
      if (glob.is_literal() || glob.is_subtree()) to.insert(glob.literal_prefix());
    }
  }
}

// Patterns below a directory: the package looks for what matches at the start.
void add_searches(const std::vector<Pattern>& patterns, Paths& to) {
  for (const Pattern& pattern : patterns) {
    for (const PathGlob& glob : std::get<PathPattern>(pattern).globs) {
      const bool has_start = glob.literal_depth() != 0;
      if (has_start && !glob.is_literal() && !glob.is_subtree()) to.insert(glob.text());
    }
  }
}

void add_names(const std::vector<Pattern>& patterns, Paths& to) {
  for (const Pattern& pattern : patterns) {
    for (const HostTest& host : std::get<ConnectPattern>(pattern).hosts) {
      const bool is_name =
          std::holds_alternative<ExactName>(host) || std::holds_alternative<Subdomains>(host);
      if (is_name) to.insert(text(host));
    }
  }
}

}  // namespace

PackageSettings nearest_settings(const std::string& policy, const std::string& cwd) {
  Paths deny_read;
  Paths allow_read;
  Paths allow_write;
  Paths deny_write;
  Paths hosts;
  const PolicyHere here = policy_here(policy, cwd);
  for (const Rule& rule : here.policy.rules) {
    if (!rule.os.linux) continue;
    const bool allows = rule.effect == Effect::allow;
    const bool denies = rule.effect == Effect::deny;
    if (rule.operation == Operation::read && denies) {
      add_places(rule.patterns, deny_read);
      add_searches(rule.patterns, deny_read);
      add_places(rule.except, allow_read);
    } else if (rule.operation == Operation::write && allows) {
      add_places(rule.patterns, allow_write);
    } else if (rule.operation == Operation::write && denies) {
      add_places(rule.patterns, deny_write);
    } else if (rule.operation == Operation::connect && allows) {
      add_names(rule.patterns, hosts);
    }
  }
  const nlohmann::ordered_json settings = {
      {"network", {{"allowedDomains", hosts}, {"deniedDomains", Paths()}}},
      {"filesystem",
       {{"denyRead", deny_read},
        {"allowRead", allow_read},
        {"allowWrite", allow_write},
        {"denyWrite", deny_write}}}};
  return {settings.dump(1), deny_read.size(), deny_write.size(), hosts.size()};
}

}  // namespace sbxc::bench
