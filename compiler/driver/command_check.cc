// `sbxc check`: what can be known of a policy without building anything. Errors of the policy
// itself are status 3 (it cannot be used); findings about a usable policy are status 1.
#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "compiler/check/baselines.h"
#include "compiler/check/check.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/findings_output.h"
#include "compiler/driver/load.h"

namespace sbxc::driver {

namespace {

Outside outside(const Loaded& loaded) {
  const auto& environment = loaded.resolve.surroundings.environment;
  const auto path = environment.find("PATH");
  return {.search_path = path == environment.end() ? std::string() : path->second};
}

// An assertion that is neither proved nor refuted.
bool leaves_open(const Diagnostics& diagnostics) {
  const auto& all = diagnostics.all();
  return std::any_of(all.begin(), all.end(), [](const Diagnostic& d) {
    return d.kind == Kind::assertion_not_proved || d.kind == Kind::within_not_proved;
  });
}

std::string counted(size_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

void print_findings(const CheckOptions& options, const Loaded& loaded,
                    const std::vector<AcceptedFinding>& accepted, Console& console) {
  const Findings findings{loaded.diagnostics, accepted};
  const std::string report =
      render_findings(findings, loaded.sources, options.format, console.render_options());
  if (options.format != "text") {
    console.out(report);
    return;
  }
  console.err(report);
  const std::string counts = count_findings(findings);
  if (!loaded.diagnostics.all().empty()) {
    console.err(fmt::format("\n{}: {}\n", options.policy.path, counts));
  } else {
    console.out(fmt::format(
        "{}: {}, {}: {}\n", options.policy.path, counted(loaded.policy->rules.size(), "rule"),
        counted(loaded.policy->tests.size(), "test"), counts.empty() ? "no findings" : counts));
  }
}

}  // namespace

Exit run_check(const CheckOptions& options, Console& console) {
  Loaded loaded = load_policy(options.policy);
  const bool usable = loaded.policy.has_value();
  if (usable) {
    check(*loaded.policy, loaded.diagnostics, outside(loaded));
    const ReadBaseline read = [&](const Assertion& assertion) {
      return resolve_file(assertion.baseline, loaded.resolve, loaded.sources, loaded.diagnostics);
    };
    check_baselines(*loaded.policy, read, loaded.diagnostics);
  }
  loaded.diagnostics.sort();
  const std::vector<AcceptedFinding> accepted = accept_findings(loaded.sources, loaded.diagnostics);
  print_findings(options, loaded, accepted, console);
  if (!usable) return Exit::bad_input;
  if (any_at(loaded.diagnostics, options.fail_level)) return Exit::findings;
  return leaves_open(loaded.diagnostics) ? Exit::over_budget : Exit::holds;
}

}  // namespace sbxc::driver
