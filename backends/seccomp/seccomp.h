// The seccomp target: one filter for each architecture, as raw bytes, as a listing for people, and
// both as an OCI profile. Made on any system for all of them.
//
// What the filter holds is `syscall` rules, and of the other operations the coarse question only: a
// policy without `socket` rules gets no unix sockets, one without `connect` and `listen` no IPv4
// and IPv6 sockets. Which path, host or port is another part's to decide.
#pragma once

#include <span>

#include "backends/target/target.h"

namespace sbxc {

Lowered lower_seccomp(const Policy& policy, const Sources& sources);

// The bytes of one filter alone, for those who load it at once.
std::string seccomp_filter(const Policy& policy, Arch arch);

std::span<const Capability> seccomp_capabilities();

}  // namespace sbxc
