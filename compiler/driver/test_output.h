// The results of `sbxc test` in its formats.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/check/coverage.h"
#include "compiler/driver/console.h"
#include "compiler/driver/mutation.h"
#include "compiler/report/test_report.h"

namespace sbxc::driver {

struct TestResults {
  const Policy& policy;
  const Sources& sources;
  std::string name;  // the policy, as the user named it
  std::vector<TestRun> runs;
  std::optional<Coverage> coverage;
  std::optional<double> threshold;  // of coverage, in percent
  std::optional<Mutation> mutation{};
  std::optional<double> min_score{};  // of mutation, in percent

  bool passed() const;
  bool covers_enough() const;
  bool notices_enough() const;
  size_t requests() const;
  size_t failed_requests() const;
};

// A tree: a line a test; the requests of those that fail, or of all when `verbose`.
std::string test_tree(const TestResults& results, bool verbose);
// The messages of what fails.
std::string test_messages(const TestResults& results, RenderOptions options);
// Which rules decided nothing, and which only together with others.
std::string coverage_text(const TestResults& results);
// `2 tests, 5 requests: 1 failed`
std::string test_summary(const TestResults& results);

std::string test_json(const TestResults& results);  // docs/schemas/test.schema.json
report::TestReport test_report(const TestResults& results);

}  // namespace sbxc::driver
