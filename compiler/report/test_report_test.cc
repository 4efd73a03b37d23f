// Both formats, letter by letter: each is a contract with readers that are not ours.
#include <gtest/gtest.h>

#include "compiler/report/junit.h"
#include "compiler/report/tap.h"

namespace sbxc::report {
namespace {

TestReport two_groups() {
  return {.name = "p.sbx",
          .groups = {{.name = "reads & \"writes\" #1",
                      .file = "p.sbx",
                      .line = 3,
                      .cases = {{.name = "allow read /a", .line = 4},
                                {.name = "deny read /<b>\x01",
                                 .line = 5,
                                 .passed = false,
                                 .failure = "it is allowed",
                                 .detail = "two\nlines"}}},
                     {.name = "empty", .file = "p.sbx", .line = 8, .cases = {}}}};
}

TEST(Junit, HasASuiteForEachTestAndACaseForEachRequest) {
  EXPECT_EQ(write_junit(two_groups()),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="p.sbx" tests="2" failures="1" errors="0">
  <testsuite name="reads &amp; &quot;writes&quot; #1" file="p.sbx" tests="2" failures="1" errors="0" skipped="0">
    <testcase classname="reads &amp; &quot;writes&quot; #1" name="allow read /a" file="p.sbx" line="4"/>
    <testcase classname="reads &amp; &quot;writes&quot; #1" name="deny read /&lt;b&gt;)"
            "\xEF\xBF\xBD"
            R"(" file="p.sbx" line="5">
      <failure message="it is allowed" type="failure">two
lines</failure>
    </testcase>
  </testsuite>
  <testsuite name="empty" file="p.sbx" tests="0" failures="0" errors="0" skipped="0">
  </testsuite>
</testsuites>
)");
}

TEST(Tap, HasASubtestForEachTest) {
  EXPECT_EQ(write_tap(two_groups()),
            R"(TAP version 13
1..2
# Subtest: reads & "writes" \#1
    1..2
    ok 1 - allow read /a
    not ok 2 - deny read /<b> 
      ---
      message: "it is allowed"
      file: "p.sbx"
      line: 5
      detail: "two\nlines"
      ...
not ok 1 - reads & "writes" \#1
# Subtest: empty
    1..0
ok 2 - empty
)");
}

}  // namespace
}  // namespace sbxc::report
