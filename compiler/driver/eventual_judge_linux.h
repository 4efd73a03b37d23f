// A judge that answers at once and fast soon: rule by rule at first, while a process of its own
// builds the path table, which takes as long as the whole start of a small command; by the table
// from when it is there.
#pragma once

#include <memory>

#include "compiler/policy/policy.h"
#include "runtime/broker/judge.h"

namespace sbxc::driver {

// Starts to build. `policy` must outlive it. A table that goes over the budget never comes: then
// every directory that moves is looked through, because two places cannot be compared as a whole.
std::unique_ptr<broker::Judge> eventual_judge(const Policy& policy);

}  // namespace sbxc::driver
