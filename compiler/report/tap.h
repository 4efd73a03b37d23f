// Results of tests for harnesses that read the Test Anything Protocol, version 13: one test point a
// test of the policy, its requests as a subtest.
#pragma once

#include <string>

#include "compiler/report/test_report.h"

namespace sbxc::report {

std::string write_tap(const TestReport& report);

}  // namespace sbxc::report
