// What the tests of a policy cover: for each of its own rules whether it decided a tested request,
// and whether some tested verdict hangs on it.
#pragma once

#include <vector>

#include "compiler/check/test_run.h"

namespace sbxc {

struct RuleCoverage {
  RuleId rule{};
  bool decided = false;  // it was among the rules that decided a request
  bool alone = false;    // without it some tested request would get another verdict
};

struct Coverage {
  std::vector<RuleCoverage> rules;  // the policy's own, in source order
  bool complete = true;  // false: deciding without each rule took too long, some `alone` is unknown

  size_t decided() const;
  size_t alone() const;
  // Of the rules, how many in a hundred decided something; 100 when there is none.
  double percent() const;
};

Coverage coverage_of(const Policy& policy, const std::vector<TestRun>& runs);

}  // namespace sbxc
