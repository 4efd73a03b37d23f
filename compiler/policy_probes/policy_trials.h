// The boundaries of a policy as requests that can be tried in a kernel, each with the policy's
// verdict: conformance/requests/ makes them real.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/boundaries/boundary.h"
#include "conformance/requests/trial.h"

namespace sbxc {

// Where trials can be made real. What the policy calls `~`, $cwd and $tmp has to be these.
struct Stand {
  std::string root;
  std::string home;
  std::string work;
  std::string tmp;
  std::string outside;

  static Stand below(const std::string& root);
  std::vector<std::string> directories() const { return {home, work, tmp, outside}; }
};

struct PolicyTrial {
  conform::Trial trial;
  std::string sentence;  // `change /home/u/a`, for reports
  Request request;
  Effect verdict{};
};

// A request at the boundary of a unit, and the trials that it comes to.
struct BoundaryPoint {
  RuleUnit unit;
  Side side{};
  Request request;
  std::string where;
  std::vector<size_t> trials{};
  std::string untried{};  // why there is none
};

struct PolicyTrials {
  std::vector<PolicyTrial> trials;  // each once, whoever's boundary it is at
  std::vector<BoundaryPoint> points;
};

PolicyTrials trials_of(const Policy& policy, Os os, const Stand& stand);

// A place below the stand from which the policy lets a program be run; empty: there is none.
std::string place_for_a_program(const Policy& policy, Os os, const Stand& stand);

}  // namespace sbxc
