// The `limit`s of a policy that a command has met, as a person is told at the end and as `--audit`
// records it (docs/running.md).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "compiler/policy/policy.h"

namespace sbxc::driver {

struct ReachedLimit {
  LimitKind kind{};
  uint64_t times = 0;  // memory: processes that were ended; processes: that were not started
};

// What happened, the statement and its place.
std::string reached_limit_lines(const Policy& policy, const Sources& sources, ReachedLimit reached);

nlohmann::ordered_json reached_limit_record(const Policy& policy, const Sources& sources,
                                            ReachedLimit reached, const std::string& time);

}  // namespace sbxc::driver
