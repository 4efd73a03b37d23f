// What another process is like from outside, as far as somebody could have changed it: how it is
// scheduled, its limits, its memory. One body for each system.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>

namespace sbxc::conform {

// By name: `nice`, `the processors it may use`. An entry `state` is `gone`, `stopped` or `well`.
// `memory` is `size` bytes at `address`.
std::map<std::string, std::string> state_of(pid_t pid, unsigned long address, size_t size);

}  // namespace sbxc::conform
