// `sbxc test`: the tests that stand in a policy. What they cover is measured over the policy's own
// rules.
#include <fmt/core.h>

#include "compiler/diag/printable.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/findings_output.h"
#include "compiler/driver/load.h"
#include "compiler/driver/test_output.h"
#include "compiler/report/junit.h"
#include "compiler/report/tap.h"

namespace sbxc::driver {

namespace {

// Errors of the policy; its warnings are `check`'s business.
Exit report_unusable(const Loaded& loaded, Console& console) {
  Diagnostics errors;
  for (const Diagnostic& d : loaded.diagnostics.all()) {
    if (facts_of(d.kind).severity == Severity::error) errors.report(d);
  }
  errors.sort();
  console.err(render(errors, loaded.sources, console.render_options()));
  return Exit::bad_input;
}

void print_text(const TestResults& results, const TestOptions& options, Console& console) {
  console.out(test_tree(results, options.verbose));
  const std::string messages = test_messages(results, console.render_options());
  if (!messages.empty()) console.err("\n" + messages + "\n");
  if (results.coverage) console.out(coverage_text(results));
  console.out(fmt::format("{}: {}\n", printable(results.name), test_summary(results)));
}

void print(const TestResults& results, const TestOptions& options, Console& console) {
  if (options.format == "json") {
    console.out(test_json(results));
  } else if (options.format == "junit") {
    console.out(report::write_junit(test_report(results)));
  } else if (options.format == "tap") {
    console.out(report::write_tap(test_report(results)));
  } else {
    print_text(results, options, console);
  }
}

Exit nothing_ran(const TestOptions& options, Console& console) {
  const std::string which =
      options.run.empty() ? "" : fmt::format(" whose name holds `{}`", printable(options.run));
  const std::string said = fmt::format("`{}` has no test{}", printable(options.policy.path), which);
  if (options.fail_on_empty) {
    console.err(fmt::format("error: {}\n", said));
    return Exit::ran_nothing;
  }
  if (options.format == "text") console.out(fmt::format("{}\n", said));
  return Exit::holds;
}

}  // namespace

Exit run_test_command(const TestOptions& options, Console& console) {
  Loaded loaded = load_policy(options.policy);
  if (!loaded.policy) return report_unusable(loaded, console);
  const Policy& policy = *loaded.policy;
  if (const auto too_many = too_many_tests(policy)) {
    console.err(render(*too_many, loaded.sources, console.render_options()));
    return Exit::over_budget;
  }
  TestResults results{.policy = policy,
                      .sources = loaded.sources,
                      .name = options.policy.path,
                      .runs = {},
                      .coverage = {},
                      .threshold = options.threshold};
  for (const Test& test : policy.tests) {
    const bool wanted = test.name.find(options.run) != std::string::npos;
    if (wanted && !test.lines.empty()) results.runs.push_back(run_test(policy, test));
  }
  if (options.coverage || options.threshold) results.coverage = coverage_of(policy, results.runs);
  const bool text_of_nothing = results.runs.empty() && options.format == "text";
  if (!text_of_nothing) print(results, options, console);
  if (!results.covers_enough()) {
    console.err(fmt::format("error: the tests cover {:.1f} % of the rules, less than {:g} %\n",
                            results.coverage->percent(), *results.threshold));
  }
  if (results.runs.empty()) {
    const Exit status = nothing_ran(options, console);
    if (status != Exit::holds) return status;
  }
  return results.passed() && results.covers_enough() ? Exit::holds : Exit::findings;
}

}  // namespace sbxc::driver
