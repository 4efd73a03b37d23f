// The broker's side of a run: who decides, and the process that serves.
#pragma once

#include "compiler/driver/running_linux.h"
#include "runtime/broker/notify_filter.h"

namespace sbxc::driver {

// What has to be asked about while the plan runs.
broker::NotifyOptions notify_options(const bwrap::BwrapPlan& plan);

// Decides by the policy with the globs that its rules have through links. Both must outlive what is
// returned.
launch::BrokerMain broker_main(const Policy& policy, const std::vector<bwrap::Track>& through_links,
                               const broker::NotifyOptions& options);

}  // namespace sbxc::driver
