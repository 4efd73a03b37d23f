// `sbxc run`: a command inside a policy. What is said goes to standard error, for standard output
// is the command's.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <optional>

#include "compiler/diag/printable.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/denial_log.h"
#include "compiler/driver/dry_run.h"
#include "compiler/driver/findings_output.h"
#include "compiler/driver/load.h"
#include "compiler/driver/running.h"
#include "compiler/policy/decide.h"
#include "runtime/landlock_wall/alone.h"
#include "runtime/limits/group.h"

namespace sbxc::driver {
namespace {

static_assert(static_cast<int>(Exit::timed_out) == launch::kTimedOut);
static_assert(static_cast<int>(Exit::own_failure) == launch::kOwnFailure);
static_assert(static_cast<int>(Exit::cannot_execute) == launch::kCannotExecute);
static_assert(static_cast<int>(Exit::not_found) == launch::kNotFound);
static_assert(static_cast<int>(Exit::cannot_enforce) == launch::kCannotEnforce);

void say(const launch::Failure& failure, Console& console) {
  std::string text = fmt::format("error: {}\n", printable(failure.message));
  for (const std::string& note : failure.notes) text += fmt::format("note: {}\n", printable(note));
  if (!failure.help.empty()) text += fmt::format("help: {}\n", failure.help);
  console.err(text);
}

// What the plan cannot hold and nobody accepted is an error, as it is for `compile`.
bool holds(Loaded& loaded, Planning& planning) {
  const Lowered verdicts{.target = TargetName::bwrap,
                         .artifacts = {},
                         .verdicts = planning.planned.verdicts,
                         .map = {}};
  report_verdicts(*loaded.policy, verdicts, loaded.diagnostics);
  for (Diagnostic& d : planning.planned.diagnostics) loaded.diagnostics.report(std::move(d));
  return !loaded.diagnostics.has_errors();
}

// Notes are `check`'s to tell, not those of every run.
void report(const Loaded& loaded, bool quiet, Console& console) {
  Diagnostics shown;
  for (const Diagnostic& d : loaded.diagnostics.all()) {
    const Severity severity = facts_of(d.kind).severity;
    if (severity == Severity::error || (severity == Severity::warning && !quiet)) shown.report(d);
  }
  shown.sort();
  console.err(render(shown, loaded.sources, console.render_options()));
}

bool may_write(const Policy& policy, const std::string& path) {
  char canonical[PATH_MAX];
  if (realpath(path.c_str(), canonical) == nullptr) return false;
  const Request request{Operation::write, std::string(canonical)};
  return decide(policy, Os::linux, request).verdict == Effect::allow;
}

bool has_terminal() {
  return isatty(STDIN_FILENO) == 1 || isatty(STDOUT_FILENO) == 1 || isatty(STDERR_FILENO) == 1;
}

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

// Landlock and the filters alone hold some policies; whoever runs one is told, for less is hidden.
launch::Result<int> without_namespaces(const Loaded& loaded, const Planning& planning,
                                       const RunOptions& options, launch::Failure failure,
                                       Console& console) {
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
  return launch::launch(*order);
}

int start(const RunOptions& options, const Loaded& loaded, const Planning& planning, DenialLog& log,
          Console& console) {
  auto group = group_for(planning);
  if (!group) {
    say(group.error(), console);
    return group.error().status;
  }
  launch::Launch order = launch_of(planning);
  if (*group) order.control_group = (*group)->processes();
  if (!options.quiet) {
    order.on_note = [&](const std::string& note) {
      console.err(fmt::format("note: {}\n", printable(note)));
    };
  }
  order.on_reports = [&](std::string_view bytes) { return log.take(bytes); };
  if (!log.record_start(options.command)) {
    say({.message = log.failure()}, console);
    return launch::kOwnFailure;
  }
  launch::Result<int> status = launch::launch(order);
  if (!status && status.error().no_namespaces) {
    status = without_namespaces(loaded, planning, options, std::move(status.error()), console);
  }
  if (!options.quiet) console.err(log.summary());
  int result = status ? *status : status.error().status;
  if (!status) say(status.error(), console);
  if (!log.failure().empty() || !log.record_end(result)) {
    say({.message = log.failure()}, console);
    result = launch::kOwnFailure;
  }
  return result;
}

}  // namespace

int run_command(const RunOptions& options, Console& console) {
  if (options.command.empty() && !options.dry_run) {
    console.err(
        "error: there is no command to run\n"
        "help: write it after `--`: sbxc run policy.sbx -- npm test\n");
    return launch::kOwnFailure;
  }
  Loaded loaded = load_policy(options.policy);
  if (!loaded.policy) {
    report(loaded, options.quiet, console);
    return launch::kOwnFailure;
  }
  Planning planning = plan_run(loaded, options.command, has_terminal());
  const bool can = holds(loaded, planning);
  report(loaded, options.quiet, console);
  if (!can) return launch::kCannotEnforce;
  if (options.dry_run) {
    console.out(options.format == "json"
                    ? plan_json(planning.planned.plan, *loaded.policy, loaded.sources)
                    : dry_run_text(loaded, planning));
    return 0;
  }
  if (planning.planned.plan.network && !options.quiet) {
    console.err(
        "note: the network stays closed: this version has no proxy, so `connect` and `listen` "
        "rules open nothing\n");
  }
  DenialLog log(*loaded.policy, loaded.sources);
  if (!options.audit.empty()) {
    if (auto opened = log.open_audit(options.audit); !opened) {
      console.err(render(opened.error(), loaded.sources, console.render_options()));
      return launch::kOwnFailure;
    }
    if (may_write(*loaded.policy, options.audit)) {
      console.err(fmt::format(
          "warning: the command may write `{}` itself, and change what is recorded there\n"
          "help: name a file outside of what the policy lets be written\n",
          printable(options.audit)));
    }
  }
  return start(options, loaded, planning, log, console);
}

}  // namespace sbxc::driver
