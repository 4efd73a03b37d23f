#include "compiler/policy/print.h"

#include <gtest/gtest.h>

#include "compiler/policy/terse_policy.h"

namespace sbxc {
namespace {

std::string printed(std::string_view rule) {
  const Policy policy = terse_policy({rule});
  return print(policy, policy.rules[0]);
}

TEST(Print, RuleIsSpelledAsTheLanguageDoes) {
  EXPECT_EQ(printed("deny read /a/{b,c}/** except /a/b/x because secrets"),
            "deny read /a/b/**, /a/c/** except /a/b/x because \"secrets\"");
  EXPECT_EQ(printed("allow socket /run/x, @/tmp/*"), "allow socket /run/x, @/tmp/*");
  EXPECT_EQ(printed("allow env LC_*, {A,B}_X"), "allow env LC_*, A_X, B_X");
  EXPECT_EQ(printed("allow mach com.apple.trustd"), "allow mach com.apple.trustd");
}

TEST(Print, HostsKeepWhatTheirPortsMean) {
  EXPECT_EQ(printed("allow connect a.com"), "allow connect a.com");
  EXPECT_EQ(printed("allow connect a.com:443,80"), "allow connect a.com");
  EXPECT_EQ(printed("allow connect a.com:*"), "allow connect a.com:*");
  EXPECT_EQ(printed("allow connect *.a.com:8000-8100,9000"),
            "allow connect *.a.com:8000-8100,9000");
  EXPECT_EQ(printed("allow connect [fd00::/8]:*, 10.0.0.0/8:22"),
            "allow connect [fd00::/8]:*, 10.0.0.0/8:22");
  EXPECT_EQ(printed("allow connect localhost:3000"), "allow connect localhost:3000");
  EXPECT_EQ(printed("allow listen localhost:3000, *:80, 10.0.0.1:81"),
            "allow listen localhost:3000, *:80, 10.0.0.1:81");
}

TEST(Print, SetsOfSystemCallsKeepTheirNames) {
  EXPECT_EQ(printed("allow syscall @all, ioctl, ioctl:TIOCSTI"),
            "allow syscall @all, ioctl, ioctl:TIOCSTI");
}

TEST(Print, PolicyHasOneBlockForEachSystem) {
  Policy policy = terse_policy({"allow read /usr/** because base", "allow write /w/**",
                                "deny syscall ioctl on linux", "allow mach a.b on macos"});
  policy.name = "agent";
  policy.description = "says \"hi\"";
  policy.rules[0].chain = {{Span{}, "std/base"}};
  policy.environment.push_back({"CI", "1$", OsSet{}, Span{}});
  policy.limits.push_back({LimitKind::memory, 3U << 20, OsSet{}, Span{}});
  policy.limits.push_back({LimitKind::time, 90, OsSet{true, false}, Span{}});
  Assertion never;
  never.kind = AssertKind::never;
  never.operation = Operation::read;
  never.patterns = {terse_pattern(Operation::read, "/k/**")};
  policy.assertions.push_back(never);
  TestLine line;
  line.expected = Effect::deny;
  line.request = terse_request("read /a b/*.c");
  line.because = "x";
  policy.tests.push_back({"one", {line}, Span{}, {}});
  EXPECT_EQ(print(policy), R"(sbx 1

policy agent "says \"hi\""

# std/base
allow read /usr/** because "base"

allow write /w/**

set env CI = "1$$"
limit memory 3MiB
assert never read /k/**

test "one" {
  deny read /a\ b/\*.c because "x"
}

on linux {
  deny syscall ioctl

  limit time 90s
}

on macos {
  allow mach a.b
}
)");
}

TEST(Print, HostThatIsCalledLikeAListIsQuoted) {
  Policy policy = terse_policy({"allow connect blocked", "deny connect x.com"});
  HostList list;
  list.name = "blocked";
  list.path = "list.txt";
  policy.lists.push_back(list);
  std::get<ConnectPattern>(policy.rules[1].patterns[0]).hosts = {InList{ListId{0}}};
  EXPECT_EQ(print(policy, policy.rules[0]), "allow connect \"blocked\"");
  EXPECT_EQ(print(policy, policy.rules[1]), "deny connect blocked");
}

}  // namespace
}  // namespace sbxc
