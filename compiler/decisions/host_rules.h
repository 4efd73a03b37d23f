// The host space of marked rules: what marks each host and port gets, folded into labels.
#pragma once

#include <tl/expected.hpp>

#include "compiler/decisions/host_space.h"
#include "compiler/decisions/rule_marks.h"

namespace sbxc {

inline constexpr size_t kMaxPortPieces = 8'000'000;

// Two rules whose ports cut each other into too many pieces.
struct HostOverflow {
  RuleId first{};
  RuleId second{};
};

tl::expected<HostSpace, HostOverflow> host_space_of(const Policy& policy, Operation operation,
                                                    const MarkedRules& rules,
                                                    size_t most_pieces = kMaxPortPieces);

}  // namespace sbxc
