// macOS: a profile that the system applies, a proxy that is all the profile lets the command reach,
// and the system's log, which tells what was denied.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>

#include "compiler/diag/printable.h"
#include "compiler/driver/egress_macos.h"
#include "compiler/driver/run.h"
#include "runtime/plain_launch/plain_launch.h"
#include "runtime/seatbelt_calls/seatbelt_calls.h"
#include "runtime/seatbelt_plan/plan_text.h"
#include "runtime/violations/violation.h"

namespace sbxc::driver {

struct RunAhead {};

void EndRunAhead::operator()(RunAhead* begun) const { delete begun; }

// Programs are started behind a profile, and there is none before the policy is read.
RunAheadPointer begin_run_ahead() { return {}; }

struct Run::Plan {
  seatbelt::RunPlan run;
};

namespace {

constexpr const char* kLog = "/usr/bin/log";

int resource_of(LimitKind kind) {
  switch (kind) {
    case LimitKind::processes:
      return RLIMIT_NPROC;
    case LimitKind::memory:
      return RLIMIT_AS;
    case LimitKind::open_files:
      return RLIMIT_NOFILE;
    case LimitKind::file_size:
      return RLIMIT_FSIZE;
    case LimitKind::time:
      break;
  }
  return -1;
}

std::optional<broker::Denied> denied_by(violations::Meaning meaning) {
  switch (meaning) {
    case violations::Meaning::read:
      return broker::Denied::read;
    case violations::Meaning::write:
      return broker::Denied::write;
    case violations::Meaning::exec:
      return broker::Denied::exec;
    case violations::Meaning::socket:
      return broker::Denied::socket;
    case violations::Meaning::service:
      return broker::Denied::service;
    case violations::Meaning::connect:  // the proxy tells of those that a rule speaks of
    case violations::Meaning::listen:
    case violations::Meaning::other:
      return std::nullopt;
  }
  return std::nullopt;
}

bool record(std::string_view line, const std::string& message, DenialLog& log) {
  const auto violation = violations::violation_of(line, message);
  if (!violation) return true;
  const auto denied = denied_by(violations::meaning_of(*violation));
  if (!denied || violation->target.empty()) return true;
  broker::Report report;
  report.operation = *denied;
  report.error = EPERM;
  report.pid = violation->pid;
  report.path = violation->target;
  return log.take(broker::encode(report));
}

// Beside the policy's own variables; those of the same name stay the policy's.
void add_variables(const EgressBeside& egress, const seatbelt::RunPlan& plan, plain::Order& order) {
  for (const auto& [name, value] : egress.variables()) {
    const bool given = std::ranges::any_of(
        plan.environment, [&name = name](const auto& own) { return own.first == name; });
    if (!given) order.environment.push_back(name + "=" + value);
  }
}

plain::Order order_of(const seatbelt::RunPlan& plan, const seatbelt::Parameters& parameters) {
  plain::Order order;
  order.command = plan.command;
  order.directory = plan.directory;
  for (const auto& [name, value] : plan.environment) {
    order.environment.push_back(name + "=" + value);
  }
  for (const seatbelt::HeldLimit& limit : plan.limits) {
    if (limit.by_the_clock) {
      order.time = std::chrono::seconds(limit.value);
    } else {
      order.limits.push_back({resource_of(limit.kind), limit.value});
    }
  }
  order.confine = [&plan, &parameters](std::string& why) {
    return seatbelt::apply(plan.profile, parameters, why);
  };
  order.processes = [&plan] {
    return seatbelt::processes_with(seatbelt::looked_up_by(plan.mark),
                                    seatbelt::hidden_from(plan.mark));
  };
  return order;
}

}  // namespace

Run::Run(Loaded& loaded, const RunOptions& options, RunAheadPointer ahead)
    : loaded_(loaded),
      options_(options),
      ahead_(std::move(ahead)),
      plan_(std::make_unique<Plan>(
          Plan{seatbelt::plan_seatbelt_run(*loaded.policy, loaded.sources,
                                           {.mark = random_word(),
                                            .environment = loaded.resolve.surroundings.environment,
                                            .command = options.command,
                                            .directory = loaded.resolve.surroundings.cwd})})) {}

Run::~Run() = default;

bool Run::holds() {
  seatbelt::RunPlan& plan = plan_->run;
  report_verdicts(*loaded_.policy, plan.lowered, loaded_.diagnostics);
  for (Diagnostic& d : plan.lowered.diagnostics) loaded_.diagnostics.report(std::move(d));
  return !loaded_.diagnostics.has_errors();
}

std::string Run::dry_run() const {
  return options_.format == "json" ? seatbelt::plan_json(plan_->run)
                                   : seatbelt::plan_text(plan_->run);
}

std::string Run::before_the_start() const {
  std::string out;
  for (const std::string& name : plan_->run.withheld) {
    out += fmt::format("note: `{}` is not given to the command: the loader of programs obeys it\n",
                       printable(name));
  }
  return out;
}

int Run::start(DenialLog& log, Console& console) {
  const seatbelt::RunPlan& plan = plan_->run;
  const auto fail = [&](const launch::Failure& failure) {
    console.err(in_words(failure));
    return failure.status;
  };
  seatbelt::Parameters parameters;
  std::optional<EgressBeside> egress;
  if (plan.network) {
    auto started = EgressBeside::start(*loaded_.policy, loaded_.sources, options_.egress);
    if (!started) return fail(started.error());
    egress.emplace(std::move(*started));
    parameters.emplace_back("PROXY_PORT", std::to_string(egress->port()));
  }
  plain::Order order = order_of(plan, parameters);
  if (egress) {
    add_variables(*egress, plan, order);
    order.reports = egress->reports();
    order.on_reports = [&](std::string_view bytes) { return log.take_connections(bytes); };
  }
  const std::string message = seatbelt::message_of(plan.mark);
  if (!options_.quiet || !options_.audit.empty()) {
    order.watcher = {kLog,     "stream",      "--style",
                     "ndjson", "--predicate", violations::predicate_for(message)};
    order.on_line = [&](std::string_view line) { return record(line, message, log); };
  }
  if (!options_.quiet) {
    order.on_note = [&](const std::string& note) {
      console.err(fmt::format("note: {}\n", printable(note)));
    };
  }
  order.on_time_over = [&] { log.take_limit({LimitKind::time}); };
  if (!log.record_start(options_.command)) return fail({.message = log.failure()});
  const launch::Result<int> status = plain::launch(order);
  if (egress) egress->finish(order.on_reports, order.on_note);
  if (!options_.quiet) console.err(log.summary());
  int result = status ? *status : fail(status.error());
  if (!log.failure().empty() || !log.record_end(result)) result = fail({.message = log.failure()});
  return result;
}

}  // namespace sbxc::driver
