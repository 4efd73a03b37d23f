// `sbxc run`: a command inside a policy. What is said goes to standard error, for standard output
// is the command's.
#include <fmt/core.h>
#include <unistd.h>

#include "compiler/diag/printable.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/findings_output.h"
#include "compiler/driver/load.h"
#include "compiler/driver/running.h"

namespace sbxc::driver {
namespace {

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

bool has_terminal() {
  return isatty(STDIN_FILENO) == 1 || isatty(STDOUT_FILENO) == 1 || isatty(STDERR_FILENO) == 1;
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
    console.out(bwrap::plan_json(planning.planned.plan, *loaded.policy, loaded.sources));
    return 0;
  }
  const launch::Result<int> status = launch::launch(launch_of(planning, *loaded.policy));
  if (status) return *status;
  say(status.error(), console);
  return status.error().status;
}

}  // namespace sbxc::driver
