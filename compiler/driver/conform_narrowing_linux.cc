// The plan is made as for a start. What it mounts decides about names that are made, its grants
// about programs; only where these do not hold a request counts what the verdict of the rule says
// is lost. What is there at the start can be read and changed whatever the verdict.
#include <algorithm>

#include "compiler/driver/conform_narrowing.h"
#include "compiler/driver/plan_cover_linux.h"
#include "compiler/driver/running_linux.h"
#include "compiler/policy/decide.h"

namespace sbxc::driver {

namespace {

using conform::Form;

bool is_writable(const bwrap::BwrapPlan& plan, const std::string& path) {
  const bwrap::Step* step = last_covering(plan, path);
  return step != nullptr &&
         (step->kind == bwrap::StepKind::bind || step->kind == bwrap::StepKind::dev_bind);
}

bool may_be_executed(const bwrap::BwrapPlan& plan, const std::string& path) {
  return !plan.limits_execution ||
         std::any_of(plan.exec_grants.begin(), plan.exec_grants.end(),
                     [&](const std::string& grant) { return bwrap::is_below(path, grant); });
}

bool lets_come_off(const bwrap::BwrapPlan& plan, const conform::Trial& trial) {
  switch (trial.form) {
    case Form::make:
    case Form::bind:
      return is_writable(plan, trial.target);
    case Form::exec:
      return may_be_executed(plan, trial.target);
    case Form::socket:
      return !trial.target.starts_with('@');
    case Form::env:
    case Form::read:
    case Form::change:
    case Form::connect:
    case Form::listen:
      return true;
  }
  return true;
}

}  // namespace

std::vector<std::string> narrowings(const Loaded& loaded, const PolicyTrials& trials,
                                    const std::vector<size_t>& places) {
  const Planned planned = plan_run(loaded, {}, false).planned;
  std::vector<std::string> why(places.size());
  for (size_t i = 0; i < places.size(); ++i) {
    const PolicyTrial& one = trials.trials[places[i]];
    if (one.verdict != Effect::allow || lets_come_off(planned.plan, one.trial)) continue;
    for (const RuleId rule : decide(*loaded.policy, Os::linux, one.request).deciding) {
      const RuleVerdict& said = planned.verdicts.at(static_cast<size_t>(rule));
      if (said.fidelity == Fidelity::narrowed) why[i] = said.what;
    }
  }
  return why;
}

}  // namespace sbxc::driver
