#include "compiler/driver/running_linux.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "backends/seccomp/seccomp.h"
#include "compiler/driver/broker_main_linux.h"
#include "compiler/driver/kernel_mounts_linux.h"
#include "compiler/driver/switches/switches_linux.h"
#include "compiler/policy/decide.h"
#include "runtime/broker/file_requests.h"
#include "runtime/landlock_wall/alone.h"
#include "runtime/landlock_wall/landlock_wall.h"
#include "runtime/launch/shared_directory.h"

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

// Empty, or made by a run, or removed by one since the plan was made.
bool may_be_of_a_run(const std::string& path) {
  DIR* directory = opendir(path.c_str());
  if (directory == nullptr) return errno == ENOENT;
  int names = 0;
  while (names < 3 && readdir(directory) != nullptr) ++names;  // `.` and `..` are two
  closedir(directory);
  return names < 3 || launch::was_made(path);
}

void set_wall(landlock::OwnedWall wall, launch::Launch& order) {
  order.landlock_rights = wall.handled;
  order.grants.clear();
  for (landlock::OwnedGrant& grant : wall.grants) {
    order.grants.push_back({std::move(grant.path), grant.rights, grant.optional});
  }
}

std::string as_bytes(std::span<const sock_filter> filter) {
  return {reinterpret_cast<const char*>(filter.data()), filter.size_bytes()};
}

// The policy with more system calls refused.
Policy refusing(const Policy& policy, std::span<const std::string_view> calls) {
  Policy stricter = policy;
  Rule rule;
  rule.id = static_cast<RuleId>(stricter.rules.size());
  rule.effect = Effect::deny;
  rule.operation = Operation::syscall;
  for (const std::string_view name : calls) {
    const auto call = syscall_named(name);
    if (call) rule.patterns.emplace_back(SyscallPattern{{}, std::string(name), {*call}});
  }
  stricter.rules.push_back(std::move(rule));
  return stricter;
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

namespace {

// A command that may type into the terminal must not have the person's.
bool may_type(const Policy& policy) {
  return std::ranges::any_of(std::array{"ioctl:TIOCSTI", "ioctl:TIOCLINUX"}, [&](const char* name) {
    const auto call = syscall_named(name);
    return call && decide(policy, Os::linux, {Operation::syscall, *call}).verdict == Effect::allow;
  });
}

}  // namespace

Planning plan_run(const Loaded& loaded, const std::vector<std::string>& command,
                  bool keep_terminal) {
  const BwrapOptions options{.brokered = true,
                             .environment = loaded.resolve.surroundings.environment,
                             .command = command,
                             .directory = loaded.resolve.surroundings.cwd,
                             .keep_terminal = keep_terminal && !may_type(*loaded.policy)};
  Planning planning{plan_bwrap(*loaded.policy, loaded.sources, options),
                    &*loaded.policy,
                    {},
                    {},
                    plan_network(*loaded.policy)};
  if (planning.network) {
    add_proxy_variables(*planning.network, planning.planned.plan.environment);
  }
  const std::vector<bwrap::LimitStep>& limits = planning.planned.plan.limits;
  if (!limits.empty()) planning.delegation = limits::find_delegation();
  planning.limits = limits::holdings(limits, planning.delegation, geteuid() == 0);
  return planning;
}

launch::Launch launch_of(const Planning& planning) {
  const bwrap::BwrapPlan& plan = planning.planned.plan;
  launch::Launch order;
  order.arguments = bwrap_arguments(plan);
  for (const std::string& place : writable_kernel_mounts(plan)) {
    order.arguments.insert(order.arguments.end(), {"--remount-ro", place});
  }
  order.command = plan.command;
  order.keep_terminal = plan.keep_terminal;
  for (const limits::ResourceLimit& limit : limits::resource_limits(planning.limits)) {
    order.limits.push_back({limit.resource, limit.value});
  }
  for (const bwrap::LimitStep& limit : plan.limits) {
    if (limit.kind == LimitKind::time) order.time = std::chrono::seconds(limit.value);
  }
  for (const bwrap::Step& step : plan.steps) {
    if (is_of_this_machine(step)) order.mounted.push_back({step.source, step.target});
    const bool writable = step.kind == bwrap::StepKind::bind;
    const bool directory = step.relies_on == bwrap::FileKind::directory;
    if (writable && directory && may_be_of_a_run(step.source)) order.shared.push_back(step.source);
  }
  for (const bwrap::Preparation& made : plan.before) {
    order.before.push_back({made.path, made.directory});
  }
  return order;
}

void add_walls(const Planning& planning, launch::Launch& order) {
  const bwrap::BwrapPlan& plan = planning.planned.plan;
  order.policy_filter = filter_to_load(*planning.policy, this_machine());
  order.notify_filter = as_bytes(broker::notify_filter(notify_options(plan)));
  order.broker =
      broker_main(*planning.policy, planning.planned.through_links, notify_options(plan));
  const int abi = landlock::abi();
  set_wall(landlock::wall_of(plan, abi), order);
  // Nothing to install is an error to Landlock: scopes came with ABI 6.
  order.landlock = abi >= 6 || order.landlock_rights != 0;
}

std::optional<launch::Launch> launch_alone(const Loaded& loaded, const Planning& planning,
                                           std::vector<std::string>& why) {
  const bwrap::BwrapPlan& plan = planning.planned.plan;
  landlock::Alone alone = landlock::landlock_alone(plan, *loaded.policy, landlock::abi());
  for (const landlock::Unheld& reason : alone.reasons) {
    const std::string place =
        reason.rule ? loaded.sources.describe(loaded.policy->rule(*reason.rule).span) + ": " : "";
    why.push_back(place + reason.why);
  }
  if (!alone.holds()) return std::nullopt;
  launch::Launch order = launch_of(planning);
  add_walls(planning, order);
  order.alone = true;
  order.arguments.clear();
  order.mounted.clear();
  order.notify_filter.clear();
  order.broker = nullptr;
  order.directory = plan.directory;
  for (const auto& [name, value] : plan.environment.set) {
    order.environment.push_back(name + "=" + value);
  }
  order.policy_filter = as_bytes(broker::refuse_file_requests_first());
  order.policy_filter +=
      seccomp_filter(refusing(*loaded.policy, landlock::calls_refused_alone()), this_machine());
  set_wall(std::move(alone.wall), order);
  return order;
}

}  // namespace sbxc::driver
