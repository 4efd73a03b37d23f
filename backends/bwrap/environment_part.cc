#include "backends/bwrap/environment_part.h"

#include "compiler/policy/decide.h"

namespace sbxc::bwrap {
namespace {

bool exists_on(const OsSet& systems, Os os) {
  return os == Os::linux ? systems.linux : systems.macos;
}

bool may_pass(const Policy& policy, Os os, const std::string& name) {
  const Request request{Operation::env, name};
  return decide(policy, os, request).verdict == Effect::allow;
}

std::vector<NameGlob> globs_of(const std::vector<Pattern>& patterns) {
  std::vector<NameGlob> globs;
  for (const Pattern& pattern : patterns) {
    const auto& more = std::get<NamePattern>(pattern).globs;
    globs.insert(globs.end(), more.begin(), more.end());
  }
  return globs;
}

}  // namespace

EnvironmentPart environment_part(const Policy& policy,
                                 const std::optional<std::map<std::string, std::string>>& outside,
                                 Os os) {
  EnvironmentPart part;
  part.resolved = outside.has_value();
  std::map<std::string, std::string> values;
  for (const auto& [name, value] : outside.value_or(std::map<std::string, std::string>())) {
    const bool whole = value.find('\0') == std::string::npos;
    if (!name.empty() && whole && may_pass(policy, os, name)) values[name] = value;
  }
  for (const SetEnv& set : policy.environment) {
    if (!exists_on(set.os, os)) continue;
    values[set.name] = set.value;
    part.policy_values.push_back(set.name);
  }
  part.set.assign(values.begin(), values.end());
  for (const Rule& rule : policy.rules) {
    if (rule.operation != Operation::env || !exists_on(rule.os, os)) continue;
    EnvironmentRule& made = part.rules.emplace_back();
    made.rule = rule.id;
    made.effect = rule.effect;
    made.names = globs_of(rule.patterns);
    made.except = globs_of(rule.except);
  }
  return part;
}

}  // namespace sbxc::bwrap
