// Who holds each `limit` on macOS: the process's own resource limits, or the supervisor's clock.
// There are no control groups: nothing counts all processes of a run together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/policy/policy.h"

namespace sbxc::seatbelt {

struct HeldLimit {
  LimitKind kind{};
  uint64_t value = 0;
  std::string how;
  bool by_the_clock = false;  // else a resource limit
};

// In the policy's order.
std::vector<HeldLimit> held_limits(const Policy& policy);

}  // namespace sbxc::seatbelt
