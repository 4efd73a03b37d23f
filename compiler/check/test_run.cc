// A line is tried on every system where it exists. With `because` it also names the reason of a
// rule that must be among those that decide: a test that passes for another reason would go on
// passing when the rule it is about is gone.
#include "compiler/check/test_run.h"

#include <fmt/core.h>

#include "compiler/check/findings.h"
#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

constexpr size_t kMaxMatches = 50'000'000;  // of a request with a pattern: some seconds

class LineCheck {
 public:
  LineCheck(const Policy& policy, const Test& test, const TestLine& line)
      : policy_(policy), test_(test), line_(line) {}

  LineRun run() {
    LineRun result{.line = &line_, .systems = {}, .finding = {}};
    for (const Os os : kSystems) {
      if (!line_.os.has(os)) continue;
      result.systems.push_back({os, decide(policy_, os, line_.request)});
      judge(result.systems.back());
    }
    result.finding = finding();
    return result;
  }

 private:
  std::optional<Diagnostic> finding() const {
    if (wrong_.linux || wrong_.macos) {
      Diagnostic d{.kind = Kind::test_failed, .span = line_.span, .message = {}};
      d.message = fmt::format("the test \"{}\" fails{}: `{}` is {}", printable(test_.name),
                              on_systems(wrong_, line_.os), sentence(line_.expected, line_.request),
                              participle(decision_->verdict));
      explain(policy_, *decision_, d);
      return d;
    }
    if (other_reason_.linux || other_reason_.macos) {
      Diagnostic d{.kind = Kind::test_passes_for_another_reason, .span = line_.span, .message = {}};
      d.message = fmt::format("the test \"{}\" passes for another reason{} than \"{}\"",
                              printable(test_.name), on_systems(other_reason_, line_.os),
                              printable(*line_.because));
      explain(policy_, *decision_, d);
      d.help = "give the reason of the rule that should decide, letter by letter";
      return d;
    }
    return std::nullopt;
  }

  void judge(const LineRun::OnSystem& seen) {
    if (seen.decision.verdict != line_.expected) {
      if (!wrong_.linux && !wrong_.macos) decision_ = seen.decision;
      insert(wrong_, seen.os);
    } else if (line_.because && !has_reason(seen.decision)) {
      if (!decision_) decision_ = seen.decision;
      insert(other_reason_, seen.os);
    }
  }

  bool has_reason(const Decision& decision) const {
    return std::any_of(decision.deciding.begin(), decision.deciding.end(),
                       [&](RuleId id) { return policy_.rule(id).because == *line_.because; });
  }

  const Policy& policy_;
  const Test& test_;
  const TestLine& line_;
  OsSet wrong_{.linux = false, .macos = false};
  OsSet other_reason_{.linux = false, .macos = false};
  std::optional<Decision> decision_;  // the first that is not as it should be
};

}  // namespace

TestRun run_test(const Policy& policy, const Test& test) {
  TestRun run{.test = &test, .lines = {}};
  for (const TestLine& line : test.lines) run.lines.push_back(LineCheck(policy, test, line).run());
  return run;
}

std::optional<Diagnostic> too_many_tests(const Policy& policy) {
  size_t patterns = 0;
  size_t lines = 0;
  for (const Rule& rule : policy.rules) patterns += rule.patterns.size() + rule.except.size();
  for (const Test& test : policy.tests) lines += test.lines.size();
  if (lines == 0 || patterns <= kMaxMatches / lines) return std::nullopt;
  return Diagnostic{.kind = Kind::tests_not_run,
                    .span = policy.tests.front().span,
                    .message = fmt::format("{} lines of tests over {} patterns are too much to try",
                                           lines, patterns),
                    .help = kListFileHelp};
}

}  // namespace sbxc
