// Linux: bubblewrap, the filter, Landlock and the broker; Landlock and the filter alone where there
// are no namespaces and they suffice.
#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "compiler/diag/printable.h"
#include "compiler/driver/dry_run_linux.h"
#include "compiler/driver/outside_linux.h"
#include "compiler/driver/run.h"
#include "compiler/driver/running_linux.h"
#include "compiler/driver/start_directory_linux.h"
#include "compiler/driver/switches/switches_linux.h"
#include "compiler/policy/decide.h"
#include "runtime/landlock_wall/alone.h"
#include "runtime/limits/group.h"
#include "runtime/limits/reached.h"
#include "runtime/spelling/one_spelling.h"

namespace sbxc::driver {

struct RunAhead {
  launch::Ahead launch;
};

void EndRunAhead::operator()(RunAhead* begun) const { delete begun; }

RunAheadPointer begin_run_ahead() {
  launch::Ahead begun = launch::begin_ahead();
  return begun ? RunAheadPointer(new RunAhead{std::move(begun)}) : RunAheadPointer();
}

struct Run::Plan {
  Planning planning;
};

namespace {

// A group for what only a group can hold; nothing when nothing needs one.
launch::Result<std::optional<limits::Group>> group_for(const Planning& planning) {
  const auto needs = [&](limits::Mechanism mechanism) {
    return std::ranges::find(planning.limits, mechanism, &limits::Holding::by);
  };
  if (const auto nobody = needs(limits::Mechanism::nobody); nobody != planning.limits.end()) {
    return tl::unexpected(launch::Failure{
        .status = launch::kCannotEnforce,
        .message =
            fmt::format("`limit {}` cannot be held here: {}", name_of(nobody->kind), nobody->how),
        .help = nobody->help});
  }
  if (needs(limits::Mechanism::group) == planning.limits.end()) return std::nullopt;
  auto group = limits::Group::make(*planning.delegation.delegation, planning.limits);
  if (group) return std::move(*group);
  launch::Failure failure = launch::system_failure(group.error().what, group.error().error);
  failure.status = launch::kCannotEnforce;
  return tl::unexpected(std::move(failure));
}

// A group is made by a process that is alone in its own, and what was begun is beside it there.
RunAheadPointer unless_a_group_is_made(RunAheadPointer ahead, const Policy& policy) {
  const bool may_be = std::ranges::any_of(policy.limits, [](const Limit& limit) {
    return limit.os.linux &&
           (limit.kind == LimitKind::memory || limit.kind == LimitKind::processes);
  });
  if (may_be) ahead.reset();
  return ahead;
}

// Names that have other spellings are not held by their names.
std::optional<launch::Failure> names_not_held(const Planning& planning) {
  const auto place = spelling::misspellable(planning.planned.plan);
  if (!place) return std::nullopt;
  return launch::Failure{
      .status = launch::kCannotEnforce,
      .message =
          fmt::format("`{}` takes `A` and `a` for the same letter in names, so what the policy "
                      "denies has other spellings there",
                      printable(*place)),
      .help =
          "work on a file system that tells them apart, or leave what is there out of the policy"};
}

// It would end with the first call that it makes, and could not say why.
std::optional<launch::Failure> no_program_starts(const Policy& policy) {
  const auto execve = syscall_named("execve");
  if (!execve ||
      decide(policy, Os::linux, {Operation::syscall, *execve}).verdict == Effect::allow) {
    return std::nullopt;
  }
  return launch::Failure{
      .status = launch::kCannotExecute,
      .message = "no program can start inside: the policy does not allow the system call `execve`",
      .help = "`use std/base` allows what programs usually call; `allow syscall` adds others"};
}

struct Tried {
  const launch::Launch& order;
  launch::Failure failure;
};

// Landlock and the filters alone hold some policies; whoever runs one is told, for less is hidden.
launch::Result<int> without_namespaces(const Loaded& loaded, const Planning& planning,
                                       const RunOptions& options, Tried tried, Console& console) {
  auto& failure = tried.failure;
  constexpr size_t kReasonsShown = 5;
  std::vector<std::string> why;
  std::optional<launch::Launch> order = launch_alone(loaded, planning, why);
  if (!order) {
    failure.notes.push_back("Landlock and the system call filter alone do not hold this policy:");
    for (size_t i = 0; i < std::min(why.size(), kReasonsShown); ++i)
      failure.notes.push_back(why[i]);
    if (why.size() > kReasonsShown) {
      failure.notes.push_back(fmt::format("and {} more", why.size() - kReasonsShown));
    }
    return tl::unexpected(std::move(failure));
  }
  if (!options.quiet) {
    console.err(
        fmt::format("note: {}: the policy is held by Landlock and the system call filter alone\n",
                    printable(failure.message)));
    for (const std::string_view shown : landlock::shown_alone()) {
      console.err(fmt::format("note: not hidden from the command: {}\n", shown));
    }
  }
  // What a group was made to hold no process is given as a limit of its own.
  order->control_group = tried.order.control_group;
  order->when_killed = tried.order.when_killed;
  order->on_time_over = tried.order.on_time_over;
  return launch::launch(std::move(*order));
}

}  // namespace

Run::Run(Loaded& loaded, const RunOptions& options, RunAheadPointer ahead)
    : loaded_(loaded),
      options_(options),
      ahead_(unless_a_group_is_made(std::move(ahead), *loaded.policy)),
      plan_(std::make_unique<Plan>(Plan{plan_run(loaded, options.command, has_terminal())})) {}

Run::~Run() = default;

bool Run::holds() {
  Planned& planned = plan_->planning.planned;
  const Lowered verdicts{
      .target = TargetName::bwrap, .artifacts = {}, .verdicts = planned.verdicts, .map = {}};
  report_verdicts(*loaded_.policy, verdicts, loaded_.diagnostics);
  for (Diagnostic& d : planned.diagnostics) loaded_.diagnostics.report(std::move(d));
  return !loaded_.diagnostics.has_errors();
}

std::string Run::dry_run() const {
  const Planning& planning = plan_->planning;
  return options_.format == "json"
             ? plan_json(planning.planned.plan, *loaded_.policy, loaded_.sources)
             : dry_run_text(loaded_, planning);
}

std::string Run::before_the_start() const { return {}; }

int Run::start(DenialLog& log, Console& console) {
  const Planning& planning = plan_->planning;
  if (const auto failure = no_program_starts(*planning.policy)) {
    console.err(in_words(*failure));
    return failure->status;
  }
  const std::string& start = planning.planned.plan.directory;
  if (const auto failure = cannot_be_entered(start)) {
    console.err(in_words(*failure));
    return failure->status;
  }
  auto group = group_for(planning);
  if (!group) {
    console.err(in_words(group.error()));
    return group.error().status;
  }
  launch::Launch order = launch_of(planning);
  order.add_walls = [&planning](launch::Launch& whole) -> launch::Result<bool> {
    if (auto failure = names_not_held(planning)) return tl::unexpected(std::move(*failure));
    add_walls(planning, whole);
    grant_own_files(whole);
    before_the_walls_of(whole);
    return true;
  };
  if (planning.network) {
    auto added = add_network(*planning.network, loaded_, options_, planning.planned.plan, order);
    if (!added) {
      console.err(in_words(added.error()));
      return launch::kOwnFailure;
    }
    order.network.on_reports = [&](std::string_view bytes) { return log.take_connections(bytes); };
  }
  if (*group) {
    order.control_group = (*group)->processes();
    order.when_killed = [&group] { (*group)->clear_away(); };
  }
  if (!options_.quiet) {
    order.on_note = [&](const std::string& note) {
      console.err(fmt::format("note: {}\n", printable(note)));
    };
    if (const auto note = cannot_be_written_by_root(start, *planning.policy)) order.on_note(*note);
  }
  order.on_reports = [&](std::string_view bytes) { return log.take(bytes); };
  order.on_time_over = [&] { log.take_limit({LimitKind::time}); };
  if (!log.record_start(options_.command)) {
    console.err(in_words({.message = log.failure()}));
    return launch::kOwnFailure;
  }
  before_the_start_of(order);
  launch::Result<int> status =
      launch::launch(order, ahead_ ? std::move(ahead_->launch) : launch::Ahead());
  if (!status && status.error().no_namespaces) {
    status = without_namespaces(loaded_, planning, options_, {order, std::move(status.error())},
                                console);
  }
  if (*group) {
    for (const auto& [kind, times] : limits::reached_in((*group)->path())) {
      log.take_limit({kind, times});
    }
  }
  if (log.has_misses()) {
    const Outside outside;
    log.take_misses([&](const std::string& path) { return outside.has(path); });
  }
  if (!options_.quiet) console.err(log.summary());
  int result = status ? *status : status.error().status;
  if (!status) console.err(in_words(status.error()));
  if (!log.failure().empty() || !log.record_end(result)) {
    console.err(in_words({.message = log.failure()}));
    result = launch::kOwnFailure;
  }
  return result;
}

}  // namespace sbxc::driver
