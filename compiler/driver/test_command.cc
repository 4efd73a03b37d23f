// `sbxc test`: the tests that stand in a policy. What they cover is measured over the policy's own
// rules.
#include <fmt/core.h>

#include "compiler/decisions/over_budget.h"
#include "compiler/diag/printable.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/findings_output.h"
#include "compiler/driver/load.h"
#include "compiler/driver/mutation_output.h"
#include "compiler/driver/test_choice.h"
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
  if (!results.runs.empty()) {
    console.out(test_tree(results, options.verbose));
    const std::string messages = test_messages(results, console.render_options());
    if (!messages.empty()) console.err("\n" + messages + "\n");
    if (results.coverage) console.out(coverage_text(results));
  }
  if (results.mutation) console.out(mutation_text(*results.mutation, results.sources));
  if (results.runs.empty()) return;
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
      options.run.empty() ? "" : fmt::format(" whose name matches `{}`", printable(options.run));
  const std::string said = fmt::format("`{}` has no test{}", printable(options.policy.path), which);
  if (options.fail_on_empty) {
    console.err(fmt::format("error: {}\n", said));
    return Exit::ran_nothing;
  }
  if (options.format == "text") console.out(fmt::format("{}\n", said));
  return Exit::holds;
}

// What falls short of a threshold, in words; whether anything does.
Exit judge(const TestResults& results, Console& console) {
  Exit status = results.passed() ? Exit::holds : Exit::findings;
  if (!results.covers_enough()) {
    console.err(fmt::format("error: the tests cover {:.1f} % of the rules, less than {:g} %\n",
                            results.coverage->percent(), *results.threshold));
    status = Exit::findings;
  }
  const bool left_open = results.mutation && results.mutation->run.not_decided > 0;
  if (left_open && results.mutation->over) {
    const Diagnostic d = over_budget(results.policy, *results.mutation->over);
    console.err(render(d, results.sources, console.render_options()));
  }
  if (results.notices_enough()) {
    // A score that is reached whatever the others are is known.
    const bool open = left_open && !results.min_score;
    return open && status == Exit::holds ? Exit::over_budget : status;
  }
  const Mutation& mutation = *results.mutation;
  if (mutation.most_score() >= *results.min_score) {
    console.err(fmt::format("error: whether the tests notice {:g} % of the faults is not known\n",
                            *results.min_score));
    return status == Exit::holds ? Exit::over_budget : status;
  }
  console.err(fmt::format("error: the tests notice {:.1f} % of the faults, less than {:g} %\n",
                          mutation.score(), *results.min_score));
  return Exit::findings;
}

// With the chosen tests alone. Not where a test fails: it would fail for every fault.
Exit try_faults(const TestOptions& options, const Loaded& loaded, const TestChoice& choice,
                TestResults& results, Console& console) {
  if (!results.passed()) {
    console.err("error: no faults are tried while a test fails\n");
    return Exit::findings;
  }
  Policy policy = *loaded.policy;
  std::erase_if(policy.tests, [&](const Test& test) { return !choice.takes(test.name); });
  if (const auto too_many = too_many_faults(policy)) {
    console.err(render(*too_many, loaded.sources, console.render_options()));
    return Exit::over_budget;
  }
  results.mutation = mutate(options.policy, loaded, policy);
  return Exit::holds;
}

}  // namespace

Exit run_test_command(const TestOptions& options, Console& console) {
  Loaded loaded = load_policy(options.policy);
  if (!loaded.policy) return report_unusable(loaded, console);
  const Policy& policy = *loaded.policy;
  const auto choice = TestChoice::of(options.run);
  if (!choice) {
    console.err(render(choice.error(), loaded.sources, console.render_options()));
    return Exit::bad_input;
  }
  if (const auto too_many = too_many_tests(policy)) {
    console.err(render(*too_many, loaded.sources, console.render_options()));
    return Exit::over_budget;
  }
  TestResults results{.policy = policy,
                      .sources = loaded.sources,
                      .name = options.policy.path,
                      .runs = {},
                      .coverage = {},
                      .threshold = options.threshold,
                      .mutation = {},
                      .min_score = options.min_score};
  for (const Test& test : policy.tests) {
    if (choice->takes(test.name) && !test.lines.empty()) {
      results.runs.push_back(run_test(policy, test));
    }
  }
  if (options.coverage || options.threshold) results.coverage = coverage_of(policy, results.runs);
  Exit tried = Exit::holds;
  if (options.mutate || options.min_score) {
    tried = try_faults(options, loaded, *choice, results, console);
  }
  print(results, options, console);
  if (results.runs.empty()) {
    const Exit status = nothing_ran(options, console);
    if (status != Exit::holds) return status;
  }
  const Exit judged = judge(results, console);
  return judged != Exit::holds ? judged : tried;
}

}  // namespace sbxc::driver
