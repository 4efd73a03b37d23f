// Results of tests in the XML that build servers read: one `testsuite` a test of the policy, one
// `testcase` a request.
#pragma once

#include <string>

#include "compiler/report/test_report.h"

namespace sbxc::report {

std::string write_junit(const TestReport& report);

}  // namespace sbxc::report
