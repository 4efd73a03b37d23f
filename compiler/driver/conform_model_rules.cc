// Each request is a trial that came off or did not: then what is made of trials in a kernel is made
// of these. A request that the policy denies must not be let through by any operation; one that it
// allows must be let through by the main one.
#include "compiler/driver/conform_model_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/policy/decide.h"

namespace sbxc::driver {

namespace {

using conform::Tried;

class ModelRules {
 public:
  ModelRules(const Policy& spelt, const SeatbeltModel& model,
             const std::vector<RuleVerdict>& verdicts)
      : policy_(spelt), model_(model), verdicts_(verdicts) {}

  void put(const RuleUnit& unit, const BoundaryRequest& one) {
    BoundaryPoint point{unit, one.side, one.request, one.where};
    Decision decision = decide(policy_, Os::macos, one.request);
    const Effect verdict = decision.verdict;
    // Those that it may be the fault of.
    std::vector<RuleId> rules = std::move(decision.deciding);
    rules.push_back(unit.rule);
    std::string words =
        fmt::format("{} {}", name_of(one.request.operation), printable(one.request.text()));
    point.trials.push_back(trials_.trials.size());
    tried_.push_back(answer(one.request, verdict, rules));
    PolicyTrial& added = trials_.trials.emplace_back();
    added.sentence = std::move(words);
    added.request = one.request;
    added.verdict = verdict;
    trials_.points.push_back(std::move(point));
  }

  const PolicyTrials& trials() const { return trials_; }
  const std::vector<Tried>& tried() const { return tried_; }

 private:
  Tried answer(const Request& request, Effect verdict, const std::vector<RuleId>& rules) const {
    Tried tried;
    tried.outside = {.seen = true, .reached = true};
    tried.inside.reached = true;
    const bool allowed = verdict == Effect::allow;
    if (request.operation == Operation::connect && verdict != Effect::deny) {
      tried.untried = "the proxy decides what may be connected to";
      return tried;
    }
    std::string why;
    const auto answers = model_.answers(request, why);
    if (answers.empty()) {
      tried.untried = why;
      return tried;
    }
    tried.inside.seen = allowed ? lets_main(answers) : lets_any(answers);
    if (tried.inside.seen != allowed) tried.untried = known(rules, allowed);
    for (const ModelAnswer& one : answers) {
      if (allowed && one.verdict != sbpl::Verdict::allow) {
        tried.inside.refused = fmt::format("{}, profile.sb:{}", one.operation, one.line);
      }
    }
    return tried;
  }

  // Whether the target has said of one of the rules that it cannot be exact, and the policy lives
  // with it.
  std::string known(const std::vector<RuleId>& rules, bool allowed) const {
    for (const RuleVerdict& one : verdicts_) {
      const Rule& rule = policy_.rule(one.rule);
      if (std::find(rules.begin(), rules.end(), one.rule) == rules.end() || !rule.os.macos)
        continue;
      if (allowed && one.fidelity == Fidelity::narrowed) return "narrowed: " + one.what;
      if (!allowed && one.fidelity == Fidelity::widened && rule.accept_widened) {
        return "accepted as widened: " + *rule.accept_widened;
      }
    }
    return {};
  }

  const Policy& policy_;
  const SeatbeltModel& model_;
  const std::vector<RuleVerdict>& verdicts_;
  PolicyTrials trials_;
  std::vector<Tried> tried_;
};

}  // namespace

PolicyOutcomes model_rules(const Policy& spelt, const Sources& sources, const SeatbeltModel& model,
                           const std::vector<RuleVerdict>& verdicts, const Stand& stand) {
  ModelRules rules(spelt, model, verdicts);
  const BoundaryOptions options{
      .places = {stand.work, stand.home, stand.tmp, stand.outside, stand.root}};
  for (const UnitBoundary& boundary : boundaries_of(spelt, Os::macos, options)) {
    for (const BoundaryRequest& one : boundary.requests) rules.put(boundary.unit, one);
  }
  return outcomes_of(spelt, sources, rules.trials(), rules.tried(), Os::macos);
}

}  // namespace sbxc::driver
