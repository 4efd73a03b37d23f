// Whether a policy can be held without any namespace, by Landlock and a system call filter: where
// user namespaces are not to be had (containers, some distributions). The answer is no more often
// than yes, and each no has a reason; what is said to hold does hold.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/policy/policy.h"
#include "runtime/landlock_wall/landlock_wall.h"

namespace sbxc::landlock {

struct Unheld {
  std::optional<RuleId> rule{};  // none: not a rule's fault
  std::string why;               // one clause: `hosts need a network namespace`
};

struct Alone {
  std::vector<Unheld> reasons;    // none: the policy holds
  OwnedWall wall;                 // what is granted then
  std::vector<std::string> lost;  // allowed by the policy, and refused all the same
  bool holds() const { return reasons.empty(); }
};

// `plan` is that of `policy` for this machine. Reasons are in the order of rules, one for each, and
// those without a rule come first.
Alone landlock_alone(const bwrap::BwrapPlan& plan, const Policy& policy, int abi);

// System calls that have to be refused beside those that the policy's filter refuses, when there is
// no namespace around the command: the others reach what Landlock does not see.
std::span<const std::string_view> calls_refused_alone();

// What such a sandbox does not keep from the command even so, one clause each.
std::span<const std::string_view> shown_alone();

}  // namespace sbxc::landlock
