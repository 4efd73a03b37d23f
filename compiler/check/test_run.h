// The tests of a policy, run: for each request and system the decision, and what is wrong with it.
// `check` reports what fails; `sbxc test` shows the whole tree and what the requests cover.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/policy/decide.h"

namespace sbxc {

struct LineRun {
  struct OnSystem {
    Os os{};
    Decision decision;
  };
  const TestLine* line;
  std::vector<OnSystem> systems;      // where the line exists
  std::optional<Diagnostic> finding;  // absent when it passes

  bool passed() const { return !finding; }
};

struct TestRun {
  const Test* test;
  std::vector<LineRun> lines;

  bool passed() const {
    return std::all_of(lines.begin(), lines.end(), [](const LineRun& l) { return l.passed(); });
  }
};

TestRun run_test(const Policy& policy, const Test& test);

// Why the tests are not run, when that would take too long: only a policy made to be slow.
std::optional<Diagnostic> too_many_tests(const Policy& policy);

}  // namespace sbxc
