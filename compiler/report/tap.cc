// Version 13 and not 14, which says how subtests look but which Perl's harness refuses to read. A
// reader that knows no subtests skips the indented lines and sees one line a test.
// Diagnostics are YAML, of which JSON strings are a part, so that nothing in a name needs care.
#include "compiler/report/tap.h"

#include <fmt/core.h>

#include "compiler/formats/bytes.h"

namespace sbxc::report {

namespace {

std::string case_lines(const CaseResult& result, size_t number, const GroupResult& group) {
  std::string out = fmt::format("    {} {} - {}\n", result.passed ? "ok" : "not ok", number,
                                tap_description(result.name));
  if (result.passed) return out;
  return out + fmt::format(
                   "      ---\n      message: {}\n      file: {}\n      line: {}\n"
                   "      detail: {}\n      ...\n",
                   yaml_text(result.failure), yaml_text(group.file), result.line,
                   yaml_text(result.detail));
}

}  // namespace

std::string write_tap(const TestReport& report) {
  std::string out = fmt::format("TAP version 13\n1..{}\n", report.groups.size());
  for (size_t i = 0; i < report.groups.size(); ++i) {
    const GroupResult& group = report.groups[i];
    const std::string name = tap_description(group.name);
    out += fmt::format("# Subtest: {}\n    1..{}\n", name, group.cases.size());
    for (size_t k = 0; k < group.cases.size(); ++k) {
      out += case_lines(group.cases[k], k + 1, group);
    }
    out += fmt::format("{} {} - {}\n", group.passed() ? "ok" : "not ok", i + 1, name);
  }
  return out;
}

}  // namespace sbxc::report
