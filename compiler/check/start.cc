// Policies under which nothing can start: no rule at all, or programs to run but no system calls to
// run them with.
#include <fmt/core.h>

#include <algorithm>

#include "compiler/check/findings.h"

namespace sbxc {

namespace {

// What every dynamically linked program calls before `main`, on both architectures.
constexpr std::string_view kNeeded[] = {"execve", "mmap", "openat", "read", "exit_group"};

const Rule* exec_rule(const Policy& policy, Os os) {
  const auto found = std::find_if(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) {
    return rule.operation == Operation::exec && rule.effect == Effect::allow && rule.os.has(os);
  });
  return found == policy.rules.end() ? nullptr : &*found;
}

}  // namespace

void check_start(const Policy& policy, Diagnostics& diagnostics) {
  if (policy.rules.empty()) {
    diagnostics.report({.kind = Kind::empty_policy,
                        .span = {},
                        .message = "the policy has no rules and denies everything",
                        .help = "begin with `use std/base`, which lets programs start"});
    return;
  }
  const Rule* exec = exec_rule(policy, Os::linux);
  if (exec == nullptr) return;
  for (const std::string_view name : kNeeded) {
    const auto call = syscall_named(name);
    if (!call) continue;
    const Request request{Operation::syscall, *call};
    const Decision decision = decide(policy, Os::linux, request);
    if (decision.verdict == Effect::allow) continue;
    Diagnostic d{.kind = Kind::no_system_calls,
                 .span = exec->head,
                 .message = "programs may be run, but on Linux none can start"};
    d.witness = sentence(decision.verdict, request);
    explain(policy, decision, d);
    d.help = decision.deciding.empty() ? "write `use std/base`, or `allow syscall @default`"
                                       : "subtract what every program needs: `except @default`";
    diagnostics.report(std::move(d));
    return;
  }
}

}  // namespace sbxc
