#include <fmt/core.h>

#include <algorithm>

#include "compiler/driver/doctor_policy.h"
#include "compiler/driver/running_linux.h"
#include "runtime/landlock/landlock.h"
#include "runtime/limits/delegation.h"

namespace sbxc::driver {
namespace {

class Prognosis {
 public:
  Prognosis(const Loaded& loaded, const doctor::Examination& machine)
      : policy_(*loaded.policy),
        machine_(machine),
        plan_(plan_run(loaded, {}, false).planned.plan) {}

  PolicyPrognosis make() {
    always();
    broker();
    lean("landlock", "which of the readable files are programs", rules_of(plan_.landlock),
         plan_.limits_execution);
    lean("network", "hosts and ports", network_rules(), plan_.network);
    lean("nested-namespaces", "sandboxes that the command makes", {},
         !plan_.disable_user_namespaces);
    result_.limits = limits::holdings(plan_.limits, limits::find_delegation(), machine_.root);
    decide();
    return std::move(result_);
  }

 private:
  void always() {
    lean("kernel", "everything");
    lean("bubblewrap", fmt::format("files, by {} mounts", plan_.steps.size()));
    lean("namespaces", "processes, IPC, the network as a whole");
    lean("filter", "system calls");
    lean("process-handles", "the sandbox's processes");
    lean("memory-programs", "the sandbox's first process");
    lean("session-keyring", "keys");
    lean("kernel-settings", "the kernel's settings, from root", {}, machine_.root);
  }

  void broker() {
    const bool asked = !plan_.broker.empty();
    lean("user-notification", "names that appear later, and sockets by path",
         rules_of(plan_.broker), asked);
    lean("memory-reading", "what a stopped call asks for", {}, asked);
  }

  void lean(std::string mechanism, std::string holds, std::vector<RuleId> rules = {},
            bool needed = true) {
    const doctor::Mechanism* found = doctor::find(machine_, mechanism);
    if (!needed || found == nullptr) return;
    result_.reliances.push_back(
        {std::move(mechanism), std::move(holds), std::move(rules), found->state});
  }

  static std::vector<RuleId> rules_of(const std::vector<bwrap::Held>& held) {
    std::vector<RuleId> rules;
    rules.reserve(held.size());
    for (const bwrap::Held& one : held) rules.push_back(one.rule);
    std::ranges::sort(rules);
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    return rules;
  }

  std::vector<RuleId> network_rules() const {
    std::vector<RuleId> rules;
    for (const Rule& rule : policy_.rules) {
      const bool network =
          rule.operation == Operation::connect || rule.operation == Operation::listen;
      if (network && rule.os.linux && rule.effect != Effect::deny) rules.push_back(rule.id);
    }
    return rules;
  }

  bool is_there(std::string_view id) const {
    const doctor::Mechanism* mechanism = doctor::find(machine_, id);
    return mechanism != nullptr && mechanism->state != doctor::State::missing;
  }

  void decide() {
    const bool limited = std::ranges::none_of(result_.limits, [](const limits::Holding& holding) {
      return holding.by == limits::Mechanism::nobody;
    });
    const bool whole = std::ranges::none_of(
        result_.reliances, [](const Reliance& one) { return one.state == doctor::State::missing; });
    result_.enforced = limited && whole;
    const doctor::Mechanism* namespaces = doctor::find(machine_, "namespaces");
    if (namespaces == nullptr || namespaces->state != doctor::State::missing) return;
    result_.without_namespaces = true;
    result_.alone = landlock::landlock_alone(plan_, policy_, landlock::abi());
    const bool walls = is_there("filter") && is_there("landlock");
    if (result_.alone.holds() && limited && walls) result_.enforced = true;
  }

  const Policy& policy_;
  const doctor::Examination& machine_;
  bwrap::BwrapPlan plan_;
  PolicyPrognosis result_;
};

}  // namespace

PolicyPrognosis prognosis(const Loaded& loaded, const doctor::Examination& examination) {
  return Prognosis(loaded, examination).make();
}

}  // namespace sbxc::driver
