#include "backends/seccomp/findings.h"

#include <gtest/gtest.h>

#include "backends/seccomp/policy_for_test.h"
#include "backends/seccomp/seccomp.h"

namespace sbxc::seccomp {
namespace {

std::vector<Diagnostic> findings(const std::string& statements) {
  const ResolvedForTest resolved = resolve_for_test(statements);
  return lower_seccomp(resolved.policy, resolved.sources).diagnostics;
}

TEST(SeccompFindings, NameAFacetThatIsAllowedWithoutItsCall) {
  const auto found = findings("allow syscall read, ioctl:TIOCSTI\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, Kind::facet_without_call);
  EXPECT_EQ(found[0].message, "`ioctl:TIOCSTI` is allowed, but `ioctl` is not: nothing is allowed");
  EXPECT_EQ(found[0].help, "write `allow syscall ioctl, ioctl:TIOCSTI`");
  EXPECT_EQ(
      findings("use std/base\ndeny syscall ioctl\nallow syscall ioctl:TIOCSTI\n")[0].labels.size(),
      1U);
  EXPECT_TRUE(findings("allow syscall ioctl, ioctl:TIOCSTI\n").empty());
}

TEST(SeccompFindings, NameADeniedCallThatHasAnotherForm) {
  const auto found = findings("allow syscall @default\ndeny syscall mkdir\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, Kind::call_has_another_form);
  EXPECT_EQ(found[0].message, "`mkdir` is denied, but what it does can be done by `mkdirat`");
  EXPECT_EQ(found[0].help, "write `deny syscall mkdir, mkdirat`");
  EXPECT_TRUE(findings("allow syscall @default\ndeny syscall mkdir, mkdirat\n").empty());
  EXPECT_TRUE(findings("allow syscall read\ndeny syscall ptrace\n").empty());
}

TEST(SeccompFindings, NameASocketRuleThatTheCallsUndo) {
  const std::string start = "allow syscall @default except @network-io\n";
  const auto found =
      findings(start + "allow socket /run/x\nallow connect a.com\nallow connect b.com\n");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].kind, Kind::socket_call_denied);
  EXPECT_EQ(found[0].message,
            "on Linux this allows nothing: the system call that makes unix sockets is denied");
  EXPECT_EQ(found[1].message,
            "on Linux this allows nothing: the system call that makes network sockets is denied");
  EXPECT_TRUE(findings(start + "deny socket /run/x\n").empty());
  EXPECT_TRUE(findings("use std/base\nallow socket /run/x\nallow connect a.com\n").empty());
  EXPECT_TRUE(findings("allow connect a.com\n").empty());
}

TEST(SeccompFindings, SayNothingOfTheLibraryAndTheExamples) {
  for (const std::string& file : testing::example_files()) {
    const ResolvedForTest resolved = resolve_file_for_test(file);
    for (const Diagnostic& d : lower_seccomp(resolved.policy, resolved.sources).diagnostics) {
      ADD_FAILURE() << file << ": " << d.message;
    }
  }
}

TEST(OtherForms, AreCallsOfTheTable) {
  const std::vector<std::vector<std::string_view>> groups = {
#define SBXC_SAME(...) {__VA_ARGS__},
#include "backends/seccomp/other_forms.def"
#undef SBXC_SAME
  };
  for (const auto& group : groups) {
    EXPECT_GT(group.size(), 1U);
    for (const std::string_view name : group) EXPECT_TRUE(syscall_named(name)) << name;
  }
}

}  // namespace
}  // namespace sbxc::seccomp
