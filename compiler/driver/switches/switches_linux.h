// Between the making of a launch and its start: where the test-only program `sbxc-weakened` leaves
// a protection out. Two bodies, and the linker chooses (runtime/protections/protections.h); in
// `sbxc` nothing is changed here.
#pragma once

#include <string>

#include "compiler/policy/policy.h"
#include "compiler/syscalls/syscalls.h"
#include "runtime/launch/launch.h"

namespace sbxc::driver {

// The bytes of the policy's filter.
std::string filter_to_load(const Policy& policy, Arch arch);

// What bubblewrap is told, and what is checked of it; the walls within, once they are added.
void before_the_start_of(launch::Launch& order);
void before_the_walls_of(launch::Launch& order);

}  // namespace sbxc::driver
