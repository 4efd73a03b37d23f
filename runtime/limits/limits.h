// Who holds each `limit` of a policy on this machine: a control group where one can be had, else a
// resource limit of each process, else nobody. Decided before the start, so that `--dry-run` and
// `doctor` say what a run does.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "backends/bwrap/plan.h"
#include "runtime/limits/delegation.h"

namespace sbxc::limits {

enum class Mechanism : uint8_t { group, process, supervisor, nobody };

struct Holding {
  LimitKind kind{};
  uint64_t value = 0;
  Mechanism by{};
  std::string how;     // `memory.max of a control group: all processes together`
  std::string help{};  // of nobody, and of a weaker one: what to do for more
};

// `root`: the command's user is root outside.
std::vector<Holding> holdings(std::span<const bwrap::LimitStep> limits, const Found& found,
                              bool root);

struct ResourceLimit {
  int resource = 0;  // RLIMIT_AS and so on
  uint64_t value = 0;
};
// What each process of the command has to be given; that it leaves no core dump among it.
std::vector<ResourceLimit> resource_limits(std::span<const Holding> holdings);

}  // namespace sbxc::limits
