// The control group (version 2) below which this process may make groups of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sbxc::limits {

struct Delegation {
  std::string directory;  // where groups are made
  bool memory = false;    // which controllers they have, or get
  bool pids = false;
  bool has_own_processes = false;  // this process has to leave it before groups get controllers
};

struct NoDelegation {
  std::string why;  // one clause, lower case
};

struct Found {
  std::optional<Delegation> delegation;
  NoDelegation none;  // when there is no delegation
};

// Looks, and changes nothing. `proc` and `mountinfo` as the kernel shows them to this process.
Found find_delegation(const std::string& proc_cgroup = "/proc/self/cgroup",
                      const std::string& mountinfo = "/proc/self/mountinfo");

}  // namespace sbxc::limits
