// `sbxc run`: a command inside a policy. What is said goes to standard error, for standard output
// is the command's.
#include <fmt/core.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <optional>

#include "compiler/diag/printable.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/denial_log.h"
#include "compiler/driver/findings_output.h"
#include "compiler/driver/load.h"
#include "compiler/driver/planning_memory.h"
#include "compiler/driver/run.h"
#include "compiler/driver/this_system.h"
#include "compiler/policy/decide.h"

namespace sbxc::driver {
namespace {

static_assert(static_cast<int>(Exit::timed_out) == launch::kTimedOut);
static_assert(static_cast<int>(Exit::own_failure) == launch::kOwnFailure);
static_assert(static_cast<int>(Exit::cannot_execute) == launch::kCannotExecute);
static_assert(static_cast<int>(Exit::not_found) == launch::kNotFound);
static_assert(static_cast<int>(Exit::cannot_enforce) == launch::kCannotEnforce);

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

// Where this file lies, if the command may write it.
std::optional<std::string> writable_place(const Policy& policy, const std::string& path) {
  char canonical[PATH_MAX];
  if (realpath(path.c_str(), canonical) == nullptr) return std::nullopt;
  const Request request{Operation::write, std::string(canonical)};
  if (decide(policy, kThisSystem, request).verdict != Effect::allow) return std::nullopt;
  return canonical;
}

// What runs now could allow itself more the next time.
void warn_of_own_policy(const Policy& policy, const std::string& path, Console& console) {
  const auto place = path == "-" ? std::nullopt : writable_place(policy, path);
  if (!place) return;
  console.err(fmt::format(
      "warning: the command may write `{0}`, which the next run obeys\n"
      "help: add `deny write {1}`, or `use std/persistence`, which denies writing policies\n",
      printable(path), printable(*place)));
}

}  // namespace

std::string in_words(const launch::Failure& failure) {
  std::string text = fmt::format("error: {}\n", printable(failure.message));
  for (const std::string& note : failure.notes) text += fmt::format("note: {}\n", printable(note));
  if (!failure.help.empty()) text += fmt::format("help: {}\n", failure.help);
  return text;
}

bool has_terminal() {
  return isatty(STDIN_FILENO) == 1 || isatty(STDOUT_FILENO) == 1 || isatty(STDERR_FILENO) == 1;
}

int run_command(const RunOptions& options, Console& console) {
  if (options.command.empty() && !options.dry_run) {
    console.err(
        "error: there is no command to run\n"
        "help: write it after `--`: sbxc run policy.sbx -- npm test\n");
    return launch::kOwnFailure;
  }
  RunAheadPointer ahead = options.dry_run ? RunAheadPointer() : begin_run_ahead();
  Loaded loaded = load_policy(options.policy);
  if (!loaded.policy) {
    report(loaded, options.quiet, console);
    return launch::kOwnFailure;
  }
  Run run(loaded, options, std::move(ahead));
  const bool can = run.holds();
  report(loaded, options.quiet, console);
  if (!can) return launch::kCannotEnforce;
  if (options.dry_run) {
    console.out(run.dry_run());
    return 0;
  }
  if (!options.quiet) {
    warn_of_own_policy(*loaded.policy, options.policy.path, console);
    console.err(run.before_the_start());
  }
  DenialLog log(*loaded.policy, loaded.sources);
  if (!options.audit.empty()) {
    if (auto opened = log.open_audit(options.audit); !opened) {
      console.err(render(opened.error(), loaded.sources, console.render_options()));
      return launch::kOwnFailure;
    }
    if (writable_place(*loaded.policy, options.audit)) {
      console.err(fmt::format(
          "warning: the command may write `{}` itself, and change what is recorded there\n"
          "help: name a file outside of what the policy lets be written\n",
          printable(options.audit)));
    }
  }
  leave_planning_memory();
  const int status = run.start(log, console);
  // Everything that was planned would be taken apart first, a millisecond's work, while whoever
  // waits for the command waits.
  const bool said = console.finish();
  std::fflush(stderr);
  if (said) _exit(status);
  return status;  // what could not be written is told where all commands tell it
}

}  // namespace sbxc::driver
