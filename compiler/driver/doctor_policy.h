// Whether this machine can enforce one policy: which of its mechanisms the policy's plan leans on,
// for which rules, and what is missing.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/load.h"
#include "runtime/doctor/doctor.h"
#include "runtime/landlock_wall/alone.h"
#include "runtime/limits/limits.h"

namespace sbxc::driver {

struct Reliance {
  std::string mechanism;  // an id of the examination
  std::string holds;      // what it holds of this policy, one clause
  std::vector<RuleId> rules{};
  doctor::State state{};  // of the mechanism, here
};

struct PolicyPrognosis {
  std::vector<Reliance> reliances;
  std::vector<limits::Holding> limits;
  bool enforced = false;
  // Asked only where there are no namespaces.
  bool without_namespaces = false;
  landlock::Alone alone{};
};

// `loaded` has a policy.
PolicyPrognosis prognosis(const Loaded& loaded, const doctor::Examination& examination);

}  // namespace sbxc::driver
