// The network of a run on Linux: which ports are caught inside, what the command is told of it, and
// the process that serves it. A policy that lets nothing be reached or listened on has none, and
// its sandbox has a network without any way out (law 12).
#pragma once

#include <optional>
#include <string>

#include "backends/bwrap/plan.h"
#include "backends/proxy/captured_ports.h"
#include "compiler/driver/load.h"
#include "compiler/driver/run_options.h"
#include "runtime/launch/launch.h"

namespace sbxc::driver {

struct NetworkPlan {
  CapturedPorts captured;
  uint16_t proxy_port = 0;  // inside, for programs that want a proxy
  std::string token;        // of this run: what the proxy inside asks for
};

std::optional<NetworkPlan> plan_network(const Policy& policy);

// The variables that programs find a proxy by. A value that the policy gives itself stays.
void add_proxy_variables(const NetworkPlan& network, bwrap::EnvironmentPart& environment);

// Who serves it, and the files by which programs inside resolve names. `loaded` and `network`
// must outlive the order.
launch::Result<bool> add_network(const NetworkPlan& network, const Loaded& loaded,
                                 const RunOptions& options, const bwrap::BwrapPlan& plan,
                                 launch::Launch& order);

// To an order that has its Landlock wall: its own files can be read.
void grant_own_files(launch::Launch& order);

}  // namespace sbxc::driver
