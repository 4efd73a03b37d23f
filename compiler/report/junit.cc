// No standard defines this format. What is written is what Jenkins, GitLab and the common GitHub
// actions all read: `testsuites`, `testsuite` with counts, `testcase` with `classname`, `failure`
// with a `message` and the text. No times: a decision takes less than any clock here shows.
#include "compiler/report/junit.h"

#include <fmt/core.h>

#include "compiler/formats/bytes.h"

namespace sbxc::report {

namespace {

size_t failures_in(const GroupResult& group) {
  return static_cast<size_t>(std::count_if(group.cases.begin(), group.cases.end(),
                                           [](const CaseResult& c) { return !c.passed; }));
}

std::string case_xml(const CaseResult& result, const GroupResult& group) {
  std::string out =
      fmt::format(R"(    <testcase classname="{}" name="{}" file="{}" line="{}")",
                  xml_text(group.name), xml_text(result.name), xml_text(group.file), result.line);
  if (result.passed) return out + "/>\n";
  return out + fmt::format(
                   ">\n      <failure message=\"{}\" type=\"failure\">{}</failure>\n"
                   "    </testcase>\n",
                   xml_text(result.failure), xml_text(result.detail));
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
        xml_text(group.name), xml_text(group.file), group.cases.size(), failed);
    suites += "\n";
    for (const CaseResult& result : group.cases) suites += case_xml(result, group);
    suites += "  </testsuite>\n";
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n{}</testsuites>\n",
      xml_text(report.name), tests, failures, suites);
}

}  // namespace sbxc::report
