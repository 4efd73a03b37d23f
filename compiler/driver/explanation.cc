#include "compiler/driver/explanation.h"

#include <algorithm>

#include "compiler/driver/answers.h"

namespace sbxc::driver {

namespace {

bool contains(const std::vector<RuleId>& rules, RuleId rule) {
  return std::find(rules.begin(), rules.end(), rule) != rules.end();
}

SystemAnswer answer_for(const Policy& policy, Os os, const Request& request) {
  SystemAnswer answer{
      .os = os, .decision = decide(policy, os, request), .outvoted = {}, .near = {}};
  for (const Rule& rule : policy.rules) {
    if (!rule.os.has(os) || contains(answer.decision.deciding, rule.id)) continue;
    if (rule.operation == request.operation && applies(policy, rule, request)) {
      answer.outvoted.push_back(rule.id);
    }
  }
  answer.near = near_misses(policy, os, request);
  std::erase_if(answer.near, [&](const NearMiss& miss) {
    return contains(answer.decision.deciding, miss.rule) || contains(answer.outvoted, miss.rule);
  });
  return answer;
}

bool same_answer(const SystemAnswer& a, const SystemAnswer& b) {
  return a.decision.verdict == b.decision.verdict && a.decision.deciding == b.decision.deciding &&
         a.outvoted == b.outvoted;
}

bool is_of_linux(TargetName target) {
  return target == TargetName::bwrap || target == TargetName::seccomp;
}

}  // namespace

Explanation explain(const Policy& policy, const std::vector<Os>& systems, const Request& request,
                    const std::vector<Lowered>& lowered) {
  Explanation explanation{.request = request, .systems = {}, .holdings = {}};
  for (const Os os : systems) {
    SystemAnswer answer = answer_for(policy, os, request);
    if (!explanation.systems.empty() && same_answer(explanation.systems.front(), answer)) {
      explanation.same_everywhere = true;
      continue;
    }
    explanation.systems.push_back(std::move(answer));
  }
  std::vector<RuleId> deciding;
  for (const SystemAnswer& answer : explanation.systems) {
    deciding.insert(deciding.end(), answer.decision.deciding.begin(),
                    answer.decision.deciding.end());
  }
  const bool asks_linux = std::find(systems.begin(), systems.end(), Os::linux) != systems.end();
  for (const Lowered& target : lowered) {
    Holding holding{.target = target.target,
                    .verdicts = {},
                    .emitted = emitted_for(target, deciding),
                    .answers = {}};
    const bool elsewhere = !asks_linux && is_of_linux(target.target);
    if (!elsewhere) holding.answers = answers_of(target, policy, request);
    for (const RuleVerdict& verdict : target.verdicts) {
      if (contains(deciding, verdict.rule)) holding.verdicts.push_back(verdict);
    }
    explanation.holdings.push_back(std::move(holding));
  }
  return explanation;
}

}  // namespace sbxc::driver
