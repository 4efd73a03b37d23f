// A delegated group that hands controllers on to the groups of runs, and is given back as it was.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "runtime/limits/delegation.h"

namespace sbxc::limits {

struct GroupFailure {
  std::string what;  // `cannot write pids.max of /sys/fs/cgroup/…`
  int error = 0;
};

struct HandedOn {
  std::string directory;
  std::string aside{};    // where this process stands meanwhile; empty: where it stood
  std::string to_undo{};  // for cgroup.subtree_control
};

// A name that no other run has.
std::string random_name();

// Of the controllers that `delegation` has. Nothing is changed on a failure.
tl::expected<HandedOn, GroupFailure> hand_on(const Delegation& delegation);

// Takes the controllers back and puts the calling process where it was. Waits for the other
// processes that stand aside, for at most a second; what is left then stays.
void give_back(const HandedOn& handed);

// Tries again while it is in use, for at most a second.
bool remove_group(const std::string& path);

}  // namespace sbxc::limits
