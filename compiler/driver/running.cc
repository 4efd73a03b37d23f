#include "compiler/driver/running.h"

#include <unistd.h>

#include "backends/seccomp/seccomp.h"
#include "compiler/driver/broker_main.h"
#include "runtime/landlock_wall/landlock_wall.h"

namespace sbxc::driver {
namespace {

// A mount of something of this machine's, by which its identity can be checked. What is mounted
// upon again has another identity inside.
bool is_of_this_machine(const bwrap::Step& step) {
  switch (step.kind) {
    case bwrap::StepKind::bind:
    case bwrap::StepKind::ro_bind:
    case bwrap::StepKind::dev_bind:
      return !step.if_exists;
    case bwrap::StepKind::tmpfs:
    case bwrap::StepKind::directory:
    case bwrap::StepKind::mask_file:
    case bwrap::StepKind::link:
    case bwrap::StepKind::proc:
    case bwrap::StepKind::dev:
    case bwrap::StepKind::permissions:
    case bwrap::StepKind::read_only:
      return false;
  }
  return false;
}

void add_wall(const bwrap::BwrapPlan& plan, launch::Launch& order) {
  const int abi = landlock::abi();
  order.landlock = abi > 0;
  landlock::OwnedWall wall = landlock::wall_of(plan, abi);
  order.landlock_rights = wall.handled;
  for (landlock::OwnedGrant& grant : wall.grants) {
    order.grants.push_back({std::move(grant.path), grant.rights, grant.optional});
  }
}

}  // namespace

Arch this_machine() {
#if defined(__x86_64__)
  return Arch::x86_64;
#elif defined(__aarch64__)
  return Arch::aarch64;
#else
#error "sbxc has no filter for this machine"
#endif
}

Planning plan_run(const Loaded& loaded, const std::vector<std::string>& command,
                  bool keep_terminal) {
  const BwrapOptions options{.brokered = true,
                             .environment = loaded.resolve.surroundings.environment,
                             .command = command,
                             .directory = loaded.resolve.surroundings.cwd,
                             .keep_terminal = keep_terminal};
  Planning planning{plan_bwrap(*loaded.policy, loaded.sources, options),
                    seccomp_filter(*loaded.policy, this_machine()),
                    {},
                    {},
                    {}};
  planning.followed = followed(*loaded.policy, planning.planned.through_links);
  const std::vector<bwrap::LimitStep>& limits = planning.planned.plan.limits;
  if (!limits.empty()) planning.delegation = limits::find_delegation();
  planning.limits = limits::holdings(limits, planning.delegation.delegation, geteuid() == 0);
  return planning;
}

launch::Launch launch_of(const Planning& planning) {
  const bwrap::BwrapPlan& plan = planning.planned.plan;
  launch::Launch order;
  order.arguments = bwrap_arguments(plan);
  order.command = plan.command;
  order.keep_terminal = plan.keep_terminal;
  for (const limits::ResourceLimit& limit : limits::resource_limits(planning.limits)) {
    order.limits.push_back({limit.resource, limit.value});
  }
  for (const bwrap::LimitStep& limit : plan.limits) {
    if (limit.kind == LimitKind::time) order.time = std::chrono::seconds(limit.value);
  }
  order.policy_filter = planning.filter;
  const auto asking = broker::notify_filter(notify_options(plan));
  order.notify_filter.assign(reinterpret_cast<const char*>(asking.data()),
                             asking.size() * sizeof(asking[0]));
  order.broker = broker_main(planning.followed, notify_options(plan));
  add_wall(plan, order);
  for (const bwrap::Step& step : plan.steps) {
    if (is_of_this_machine(step)) order.mounted.push_back({step.source, step.target});
  }
  for (const bwrap::Preparation& made : plan.before) {
    order.before.push_back({made.path, made.directory});
  }
  return order;
}

}  // namespace sbxc::driver
