// Variables: which names pass (an automaton of the policy's rules beside one of the plan's), and
// which values are set.
#include <fmt/core.h>

#include <algorithm>

#include "backends/bwrap/read/name_language.h"
#include "backends/bwrap/read/verify_parts.h"
#include "compiler/automata/witness.h"
#include "compiler/diag/printable.h"
#include "compiler/policy/decide.h"

namespace sbxc::bwrap_read {
namespace {

using automata::Label;

constexpr const char* kJson = "plan.json";

std::vector<NameRule> policy_rules(const Policy& policy) {
  std::vector<NameRule> rules;
  for (const Rule& rule : policy.rules) {
    if (rule.operation != Operation::env || !rule.os.linux) continue;
    NameRule& one = rules.emplace_back();
    one.effect = rule.effect;
    const auto collect = [](const std::vector<Pattern>& patterns, std::vector<NameGlob>& globs) {
      for (const Pattern& pattern : patterns) {
        const auto& more = std::get<NamePattern>(pattern).globs;
        globs.insert(globs.end(), more.begin(), more.end());
      }
    };
    collect(rule.patterns, one.names);
    collect(rule.except, one.except);
  }
  return rules;
}

std::vector<NameRule> plan_rules(const PlanFile& plan) {
  std::vector<NameRule> rules;
  for (const PassedNames& passed : plan.passed) {
    rules.push_back({passed.effect, passed.names, passed.except});
  }
  return rules;
}

void verify_passed_names(const Verifying& on, Findings& findings) {
  const auto names =
      names_language(policy_rules(on.policy), plan_rules(on.plan), {.states = on.budget.states});
  if (!names) {
    findings.undecided(Operation::env, "the rules about variables need too many states");
    return;
  }
  for (const uint32_t bits : {1U, 2U}) {  // one side says so alone
    const auto wanted = [&](Label label) { return label == Label{1 + bits}; };
    if (automata::is_empty(*names, wanted)) continue;
    for (const std::string& name : automata::some_words(*names, wanted, on.budget.findings)) {
      findings.disagree({Operation::env, name}, bits == 2, bits == 2 ? "passes" : "does not pass",
                        {kJson, 0, "the rules of `environment`"});
    }
  }
}

const SetEnv* set_by_policy(const Policy& policy, const std::string& name) {
  const auto found = std::ranges::find_if(
      policy.environment, [&](const SetEnv& set) { return set.os.linux && set.name == name; });
  return found == policy.environment.end() ? nullptr : &*found;
}

void verify_value(const Verifying& on, const Variable& variable, const std::string& file,
                  Findings& findings) {
  const SetEnv* set = set_by_policy(on.policy, variable.name);
  const std::string name = printable(variable.name);
  if (set != nullptr) {
    if (set->value == variable.value) return;
    findings.misfit(fmt::format("`{}` is set to `{}`, and by the policy to `{}`", name,
                                printable(variable.value), printable(set->value)),
                    {file, 0, name});
    return;
  }
  const Request request{Operation::env, variable.name};
  if (decide(on.policy, Os::linux, request).verdict != Effect::allow) {
    findings.disagree(request, true, "set", {file, 0, name});
  } else if (!on.plan.variables_resolved) {
    findings.misfit(
        fmt::format("`{}` has a value, and no value of outside belongs in the plan", name),
        {file, 0, name});
  }
}

void verify_values(const Verifying& on, const std::vector<Variable>& variables,
                   const std::string& file, Findings& findings) {
  for (const Variable& variable : variables) verify_value(on, variable, file, findings);
  for (const SetEnv& set : on.policy.environment) {
    const bool there = !set.os.linux || std::ranges::any_of(variables, [&](const Variable& one) {
      return one.name == set.name;
    });
    if (there) continue;
    findings.misfit(fmt::format("`{}` is not set, and the policy sets it", printable(set.name)),
                    {file, 0, {}});
  }
}

}  // namespace

void verify_environment(const Verifying& on, Findings& findings) {
  verify_passed_names(on, findings);
  verify_values(on, on.plan.variables, "plan.json", findings);
  verify_values(on, on.arguments.variables, "plan.args", findings);
  if (on.plan.variables != on.arguments.variables) {
    findings.misfit("plan.json and plan.args set different variables", {"plan.args", 0, {}});
  }
  const auto& flags = on.arguments.flags;
  if (!std::ranges::binary_search(flags, "--clearenv")) {
    findings.misfit("variables of outside are not cleared: there is no `--clearenv`",
                    {"plan.args", 0, {}});
  }
  findings.conclude(Operation::env, Proof::proved, {},
                    "a product of automata for every name, and the values that are set");
}

}  // namespace sbxc::bwrap_read
