// `sbxc explain` on a policy names the place in what is emitted that answers the very request, read
// back from the artifacts; also for what no rule speaks of, and for one system at a time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RunResult;

constexpr const char* kPolicy =
    "sbx 1\n"
    "use std/base\n"
    "allow read /usr/share/**\n"
    "allow connect example.com\n";

RunResult explain(std::vector<std::string> question, std::vector<std::string> options = {}) {
  question.insert(question.begin(), "explain");
  question.push_back("p.sbx");
  question.insert(question.end(), options.begin(), options.end());
  return testing::run_sbxc_beside(kPolicy, question);
}

TEST(Explain, NamesTheStepOfThePlan) {
  const RunResult shown = explain({"read", "/usr/share/doc"});
  EXPECT_EQ(shown.status, 0);
  EXPECT_THAT(shown.out, ContainsRegex("plan\\.json:[0-9]+  read-only by step [0-9]+"));
  const RunResult hidden = explain({"read", "/srv/there-is-no-such-thing/x"});
  EXPECT_EQ(hidden.status, 2);
  EXPECT_THAT(hidden.out, HasSubstr("no rule matches"));
  EXPECT_THAT(hidden.out, HasSubstr("plan.json"));
}

TEST(Explain, NamesTheComparisonOfTheFilter) {
  const RunResult denied = explain({"syscall", "ptrace"});
  EXPECT_EQ(denied.status, 2);
  EXPECT_THAT(denied.out, ContainsRegex("filter\\.x86_64\\.bpf:[0-9]+  j.*: E"));
  EXPECT_THAT(denied.out, ContainsRegex("filter\\.aarch64\\.bpf:[0-9]+  j.*: E"));
  const RunResult allowed = explain({"syscall", "read"}, {"--os", "linux"});
  EXPECT_EQ(allowed.status, 0);
  EXPECT_THAT(allowed.out, ContainsRegex("filter\\.x86_64\\.bpf:[0-9]+  j.*: ALLOW"));
}

TEST(Explain, NamesTheEntryOfTheTable) {
  EXPECT_THAT(explain({"connect", "example.com:443"}).out,
              ContainsRegex("hosts\\.sbxt.*allows ports 80, 443 for the host itself: allow"));
  EXPECT_THAT(explain({"connect", "example.org:443"}).out,
              HasSubstr("hosts.sbxt  no entry matches: deny"));
}

TEST(Explain, OfMacosAloneSaysNothingOfLinux) {
  const RunResult both = explain({"read", "/usr/share/doc"});
  EXPECT_THAT(both.out, HasSubstr("plan.json"));
  const RunResult mac = explain({"read", "/usr/share/doc"}, {"--os", "macos"});
  EXPECT_THAT(mac.out, Not(HasSubstr("read-only by step")));
  EXPECT_THAT(mac.out, HasSubstr("profile.sb:"));
}

}  // namespace
}  // namespace sbxc
