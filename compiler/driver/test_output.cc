#include "compiler/driver/test_output.h"

#include <fmt/core.h>

#include <algorithm>

#include "compiler/check/findings.h"
#include "compiler/diag/printable.h"

namespace sbxc::driver {

namespace {

std::string case_name(const LineRun& line) {
  return sentence(line.line->expected, line.line->request);
}

// `it is allowed`, `it is denied on Linux`, `it passes for another reason`: what a tree shows
// behind a request that fails.
std::string got(const LineRun& line) {
  if (line.finding->kind == Kind::test_passes_for_another_reason) return "for another reason";
  OsSet wrong{.linux = false, .macos = false};
  const LineRun::OnSystem* first = nullptr;
  for (const LineRun::OnSystem& on : line.systems) {
    if (on.decision.verdict == line.line->expected) continue;
    insert(wrong, on.os);
    if (first == nullptr) first = &on;
  }
  return fmt::format("{}{}", participle(first->decision.verdict), on_systems(wrong, line.line->os));
}

std::string counted(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string rule_line(const TestResults& results, const RuleCoverage& covered) {
  const Rule& rule = results.policy.rule(covered.rule);
  const LineColumn at = results.sources.locate(rule.span.file, rule.span.begin);
  uint32_t start = 0;
  const std::string text(results.sources.line_at(rule.span.file, rule.span.begin, &start));
  const size_t begin = text.find_first_not_of(' ');
  return fmt::format("  {}:{}  {}\n", printable(results.sources.name(rule.span.file)), at.line,
                     printable(begin == std::string::npos ? text : text.substr(begin)));
}

}  // namespace

bool TestResults::passed() const {
  return std::all_of(runs.begin(), runs.end(), [](const TestRun& run) { return run.passed(); });
}

bool TestResults::covers_enough() const {
  return !coverage || !threshold || coverage->percent() >= *threshold;
}

bool TestResults::notices_enough() const {
  return !mutation || !min_score || mutation->least_score() >= *min_score;
}

size_t TestResults::requests() const {
  size_t count = 0;
  for (const TestRun& run : runs) count += run.lines.size();
  return count;
}

size_t TestResults::failed_requests() const {
  size_t count = 0;
  for (const TestRun& run : runs) {
    for (const LineRun& line : run.lines) count += line.passed() ? 0 : 1;
  }
  return count;
}

std::string test_tree(const TestResults& results, bool verbose) {
  std::string out;
  for (const TestRun& run : results.runs) {
    out += fmt::format("{}  {}  ({})\n", run.passed() ? "ok  " : "FAIL", printable(run.test->name),
                       counted(run.lines.size(), "request"));
    if (run.passed() && !verbose) continue;
    for (const LineRun& line : run.lines) {
      out += fmt::format("        {}  {}{}\n", line.passed() ? "ok  " : "FAIL", case_name(line),
                         line.passed() ? "" : ": " + got(line));
    }
  }
  return out;
}

std::string test_messages(const TestResults& results, RenderOptions options) {
  std::string out;
  for (const TestRun& run : results.runs) {
    for (const LineRun& line : run.lines) {
      if (!line.finding) continue;
      if (!out.empty()) out += "\n";
      out += render(*line.finding, results.sources, options);
    }
  }
  return out;
}

std::string coverage_text(const TestResults& results) {
  const Coverage& coverage = *results.coverage;
  std::string out =
      fmt::format("coverage: {} of {} decided a tested request ({:.1f} %), {} of them alone\n",
                  coverage.decided(), counted(coverage.rules.size(), "rule"), coverage.percent(),
                  coverage.alone());
  std::string never;
  std::string together;
  for (const RuleCoverage& rule : coverage.rules) {
    if (!rule.decided) never += rule_line(results, rule);
    if (rule.decided && !rule.alone) together += rule_line(results, rule);
  }
  if (!never.empty()) out += "decided nothing:\n" + never;
  if (!together.empty()) {
    out += "decided, but every tested verdict would be the same without it:\n" + together;
  }
  if (!coverage.complete) out += "note: not every rule was tried alone: that would take too long\n";
  return out;
}

std::string test_summary(const TestResults& results) {
  const size_t failed = results.failed_requests();
  return fmt::format("{}, {}: {}", counted(results.runs.size(), "test"),
                     counted(results.requests(), "request"),
                     failed == 0 ? "all passed" : fmt::format("{} failed", failed));
}

report::TestReport test_report(const TestResults& results) {
  report::TestReport report{.name = results.name, .groups = {}};
  for (const TestRun& run : results.runs) {
    const Span span = run.test->span;
    report::GroupResult group{.name = run.test->name,
                              .file = results.sources.name(span.file),
                              .line = results.sources.locate(span.file, span.begin).line,
                              .cases = {}};
    for (const LineRun& line : run.lines) {
      const Span at = line.line->span;
      report::CaseResult result{.name = case_name(line),
                                .line = results.sources.locate(at.file, at.begin).line,
                                .passed = line.passed()};
      if (line.finding) {
        result.failure = line.finding->message;
        result.detail = render(*line.finding, results.sources, {});
      }
      group.cases.push_back(std::move(result));
    }
    report.groups.push_back(std::move(group));
  }
  return report;
}

}  // namespace sbxc::driver
