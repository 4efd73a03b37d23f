// `sbxc diff OLD NEW`: what a change of a policy opens up and what it closes, for every request
// there is. The status says whether there is a change of the asked kind; the forms are made in
// compiler/report.
#include <fmt/core.h>

#include "compiler/decisions/over_budget.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/load.h"
#include "compiler/report/difference_json.h"
#include "compiler/report/difference_text.h"

namespace sbxc::driver {

namespace {

report::FailOn level_named(std::string_view name) {
  if (name == "widened") return report::FailOn::widened;
  if (name == "narrowed") return report::FailOn::narrowed;
  return name == "none" ? report::FailOn::none : report::FailOn::any;
}

std::string shown_name(const std::string& path) { return path == "-" ? "<stdin>" : path; }

std::string written(const report::Difference& difference, const report::DifferenceSide& before,
                    const report::DifferenceSide& after, std::string_view format) {
  if (format == "md") return report::write_markdown(difference, before, after);
  if (format == "json") return report::write_json(difference, before, after);
  if (format != "sarif") return report::write_text(difference, before, after);
  report::SarifLog log = report::sarif_log_of(difference, before, after);
  log.version = SBXC_VERSION;
  return report::write_sarif(log);
}

}  // namespace

Exit run_diff(const DiffOptions& options, Console& console) {
  if (options.before == "-" && options.after == "-") {
    console.err("error: only one of the two policies can be standard input\n");
    return Exit::bad_input;
  }
  const Loaded before = load_policy({options.before, options.defines});
  const Loaded after = load_policy({options.after, options.defines});
  for (const Loaded* side : {&before, &after}) {
    if (side->policy) continue;
    console.err(render(side->diagnostics, side->sources, console.render_options()));
  }
  if (!before.policy || !after.policy) return Exit::bad_input;

  const auto difference = report::difference_of(*before.policy, *after.policy);
  if (!difference) {
    const Loaded& side = difference.error().side == Side::before ? before : after;
    const Diagnostic d = over_budget(*side.policy, difference.error().over);
    console.err(render(d, side.sources, console.render_options()));
    return Exit::over_budget;
  }
  const report::DifferenceSide old_side =
      report::side_of(*before.policy, before.sources, shown_name(options.before));
  const report::DifferenceSide new_side =
      report::side_of(*after.policy, after.sources, shown_name(options.after));
  console.out(written(*difference, old_side, new_side, options.format));
  const bool failed = report::fails(difference->relation(), level_named(options.fail_on));
  return failed ? Exit::findings : Exit::holds;
}

}  // namespace sbxc::driver
