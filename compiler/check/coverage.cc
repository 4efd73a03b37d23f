// A rule that decides together with others proves little: the test would pass without it. So the
// stronger question is asked too, by deciding again without the rule.
//
// Rules of used files are not counted: their own tests cover them, and do not run here.
#include "compiler/check/coverage.h"

#include <set>
#include <utility>

#include "compiler/check/findings.h"

namespace sbxc {

namespace {

constexpr size_t kMaxMatches = 50'000'000;  // of a request with a pattern: some seconds

class Without {
 public:
  explicit Without(const Policy& policy) : policy_(policy) {
    size_t patterns = 1;
    for (const Rule& rule : policy.rules) patterns += rule.patterns.size() + rule.except.size();
    left_ = kMaxMatches / patterns;
  }

  bool has_time() const { return left_ > 0; }

  Effect decide_without(RuleId id, Os os, const Request& request) {
    --left_;
    Rule& rule = policy_.rules[static_cast<size_t>(id)];
    const OsSet systems = std::exchange(rule.os, OsSet{.linux = false, .macos = false});
    const Effect verdict = decide(policy_, os, request).verdict;
    rule.os = systems;
    return verdict;
  }

 private:
  Policy policy_;
  size_t left_ = 0;  // decisions that there is time for
};

}  // namespace

size_t Coverage::decided() const {
  return static_cast<size_t>(std::count_if(rules.begin(), rules.end(),
                                           [](const RuleCoverage& rule) { return rule.decided; }));
}

size_t Coverage::alone() const {
  return static_cast<size_t>(std::count_if(rules.begin(), rules.end(),
                                           [](const RuleCoverage& rule) { return rule.alone; }));
}

double Coverage::percent() const {
  if (rules.empty()) return 100.0;
  return 100.0 * static_cast<double>(decided()) / static_cast<double>(rules.size());
}

Coverage coverage_of(const Policy& policy, const std::vector<TestRun>& runs) {
  std::set<RuleId> decided;
  std::set<RuleId> alone;
  Coverage coverage;
  Without without(policy);
  for (const TestRun& run : runs) {
    for (const LineRun& line : run.lines) {
      for (const auto& [os, decision] : line.systems) {
        for (const RuleId id : decision.deciding) {
          if (!is_own(policy.rule(id))) continue;
          decided.insert(id);
          if (alone.contains(id)) continue;
          if (!without.has_time()) {
            coverage.complete = false;
            continue;
          }
          const Effect verdict = without.decide_without(id, os, line.line->request);
          if (verdict != decision.verdict) alone.insert(id);
        }
      }
    }
  }
  for (const Rule& rule : policy.rules) {
    if (!is_own(rule)) continue;
    coverage.rules.push_back({rule.id, decided.contains(rule.id), alone.contains(rule.id)});
  }
  return coverage;
}

}  // namespace sbxc
