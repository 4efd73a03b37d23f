// Whether the filters that were written answer as the policy says, for every call there can be.
#pragma once

#include <span>

#include "backends/target/verification.h"

namespace sbxc {

// `artifacts` has filter.x86_64.bpf and filter.aarch64.bpf; others in it are not looked at. Linux
// rules only: no other system has such filters.
Verification verify_seccomp(const Policy& policy, std::span<const Artifact> artifacts);

}  // namespace sbxc
