// The tests of the policy as findings: those that fail, and those that say nothing.
#include <fmt/core.h>

#include <unordered_map>

#include "compiler/check/findings.h"
#include "compiler/check/test_run.h"
#include "compiler/diag/printable.h"

namespace sbxc {

void check_tests(const Policy& policy, Diagnostics& diagnostics) {
  if (auto too_many = too_many_tests(policy)) {
    diagnostics.report(std::move(*too_many));
    return;
  }
  std::unordered_map<std::string_view, const Test*> by_name;
  for (const Test& test : policy.tests) {
    if (test.lines.empty()) {
      diagnostics.report(
          {.kind = Kind::empty_test,
           .span = test.span,
           .message = fmt::format("the test \"{}\" tests nothing", printable(test.name)),
           .help = "add a line: `allow read …` or `deny write …`"});
    }
    const auto [known, fresh] = by_name.emplace(test.name, &test);
    if (!fresh) {
      diagnostics.report(
          {.kind = Kind::test_named_twice,
           .span = test.span,
           .message = fmt::format("two tests are called \"{}\"", printable(test.name)),
           .labels = {{known->second->span, "the other one"}},
           .help = "say what is special about this one"});
    }
    for (LineRun& line : run_test(policy, test).lines) {
      if (line.finding) diagnostics.report(std::move(*line.finding));
    }
  }
}

}  // namespace sbxc
