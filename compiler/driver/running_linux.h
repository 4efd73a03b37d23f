// From a policy to a sandbox that can be started: the plan for this file system, the filter for
// this machine, and what the parts beside the command need to know.
#pragma once

#include "backends/bwrap/bwrap.h"
#include "compiler/driver/load.h"
#include "compiler/driver/network_linux.h"
#include "runtime/launch/launch.h"
#include "runtime/limits/limits.h"

namespace sbxc::driver {

Arch this_machine();

struct Planning {
  Planned planned;
  const Policy* policy = nullptr;
  limits::Found delegation;
  std::vector<limits::Holding> limits;
  std::optional<NetworkPlan> network;
};

// Refers to the policy of `loaded`. `keep_terminal`: one of the command's standard descriptors is a
// terminal.
Planning plan_run(const Loaded& loaded, const std::vector<std::string>& command,
                  bool keep_terminal);

// Without its network and the walls within; `planning` and its policy must outlive it.
launch::Launch launch_of(const Planning& planning);

// The filters, Landlock and the broker: nothing of it is known to bubblewrap.
void add_walls(const Planning& planning, launch::Launch& order);

// The same without any namespace, by Landlock and the filters alone; absent when the policy needs
// more, and then `why` says what, each reason with its place.
std::optional<launch::Launch> launch_alone(const Loaded& loaded, const Planning& planning,
                                           std::vector<std::string>& why);

}  // namespace sbxc::driver
