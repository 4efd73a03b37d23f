// No standard defines this format. What is written is what Jenkins, GitLab and the common GitHub
// actions all read: `testsuites`, `testsuite` with counts, `testcase` with `classname`, `failure`
// with a `message` and the text. No times: a decision takes less than any clock here shows.
#include "compiler/report/junit.h"

#include <fmt/core.h>

namespace sbxc::report {

namespace {

// XML 1.0 knows no control characters but tab and line ends, not even escaped ones.
std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default: {
        const auto byte = static_cast<unsigned char>(c);
        const bool allowed = byte >= 0x20 || c == '\n' || c == '\t';
        out += allowed ? std::string(1, c) : "\xEF\xBF\xBD";
      }
    }
  }
  return out;
}

size_t failures_in(const GroupResult& group) {
  return static_cast<size_t>(std::count_if(group.cases.begin(), group.cases.end(),
                                           [](const CaseResult& c) { return !c.passed; }));
}

std::string case_xml(const CaseResult& result, const GroupResult& group) {
  std::string out =
      fmt::format(R"(    <testcase classname="{}" name="{}" file="{}" line="{}")",
                  escape(group.name), escape(result.name), escape(group.file), result.line);
  if (result.passed) return out + "/>\n";
  return out + fmt::format(
                   ">\n      <failure message=\"{}\" type=\"failure\">{}</failure>\n"
                   "    </testcase>\n",
                   escape(result.failure), escape(result.detail));
}

}  // namespace

std::string write_junit(const TestReport& report) {
  size_t tests = 0;
  size_t failures = 0;
  std::string suites;
  for (const GroupResult& group : report.groups) {
    const size_t failed = failures_in(group);
    tests += group.cases.size();
    failures += failed;
    suites += fmt::format(
        R"(  <testsuite name="{}" file="{}" tests="{}" failures="{}" errors="0" skipped="0">)",
        escape(group.name), escape(group.file), group.cases.size(), failed);
    suites += "\n";
    for (const CaseResult& result : group.cases) suites += case_xml(result, group);
    suites += "  </testsuite>\n";
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n{}</testsuites>\n",
      escape(report.name), tests, failures, suites);
}

}  // namespace sbxc::report
