// Results of tests as a tree: a policy, its tests, and in each the requests that it makes. What
// junit.h, tap.h and the driver print is made from this.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace sbxc::report {

struct CaseResult {
  std::string name;  // `deny write /etc/passwd`
  uint32_t line = 0;
  bool passed = true;
  std::string failure{};  // one line, of a case that failed
  std::string detail{};   // the whole message, of a case that failed
};

struct GroupResult {
  std::string name;  // of the test
  std::string file;
  uint32_t line = 0;
  std::vector<CaseResult> cases;

  bool passed() const {
    return std::all_of(cases.begin(), cases.end(), [](const CaseResult& c) { return c.passed; });
  }
};

struct TestReport {
  std::string name;  // the policy, as the user named it
  std::vector<GroupResult> groups;
};

}  // namespace sbxc::report
