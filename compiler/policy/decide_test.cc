// Each law of docs/semantics.md on small examples; laws_test.cc holds them over random policies.
#include "compiler/policy/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/policy/terse_policy.h"

namespace sbxc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string verdict(const Policy& policy, std::string_view request, Os os = Os::linux) {
  return std::string(name_of(decide(policy, os, terse_request(request)).verdict));
}

std::vector<uint32_t> deciding(const Policy& policy, std::string_view request) {
  std::vector<uint32_t> ids;
  for (const RuleId id : decide(policy, Os::linux, terse_request(request)).deciding) {
    ids.push_back(static_cast<uint32_t>(id));
  }
  return ids;
}

// L1
TEST(Decide, OrderOfStatementsDoesNotMatter) {
  const Policy one = terse_policy({"deny read /a/b", "allow read /a/**"});
  const Policy other = terse_policy({"allow read /a/**", "deny read /a/b"});
  for (const std::string_view request : {"read /a/b", "read /a/c", "read /b"}) {
    EXPECT_EQ(verdict(one, request), verdict(other, request)) << request;
  }
}

// L2
TEST(Decide, DenyBeatsAskBeatsAllow) {
  const Policy policy =
      terse_policy({"allow connect *.a.com", "ask connect *.b.a.com", "deny connect c.b.a.com"});
  EXPECT_EQ(verdict(policy, "connect x.a.com:443"), "allow");
  EXPECT_EQ(verdict(policy, "connect x.b.a.com:443"), "ask");
  EXPECT_EQ(verdict(policy, "connect c.b.a.com:443"), "deny");
}

// L2
TEST(Decide, MoreSpecificAllowDoesNotBeatDeny) {
  const Policy policy = terse_policy({"deny read /a/**", "allow read /a/b/c"});
  EXPECT_EQ(verdict(policy, "read /a/b/c"), "deny");
}

// L2
TEST(Decide, WhatNoRuleMatchesIsDeniedByNoRule) {
  const Policy policy = terse_policy({"allow read /a"});
  EXPECT_EQ(verdict(policy, "read /b"), "deny");
  EXPECT_THAT(deciding(policy, "read /b"), IsEmpty());
}

// L2
TEST(Decide, NamesEveryRuleThatDecides) {
  const Policy policy = terse_policy({"allow read /a/**", "deny read /a/b", "deny read /a/*",
                                      "allow write /a/c/d", "deny exec /a/**"});
  EXPECT_THAT(deciding(policy, "read /a/b"), ElementsAre(1, 2));
  EXPECT_THAT(deciding(policy, "read /a/c/d"), ElementsAre(0, 3));
  EXPECT_THAT(deciding(policy, "exec /a/b"), ElementsAre(1, 2, 4));
}

// L3
TEST(Decide, ExceptSubtractsFromItsOwnStatementAlone) {
  const Policy one = terse_policy({"allow read /**", "deny read /k/** except /k/pub"});
  EXPECT_EQ(verdict(one, "read /k/pub"), "allow");
  EXPECT_EQ(verdict(one, "read /k/id"), "deny");
  const Policy two =
      terse_policy({"allow read /**", "deny read /k/** except /k/pub", "deny read /k/*"});
  EXPECT_EQ(verdict(two, "read /k/pub"), "deny");
}

// L3
TEST(Decide, ExceptOfAnAllowAllowsNothing) {
  const Policy policy = terse_policy({"allow read /a/** except /a/b"});
  EXPECT_EQ(verdict(policy, "read /a/b"), "deny");
  EXPECT_THAT(deciding(policy, "read /a/b"), IsEmpty());
}

// L4
TEST(Decide, WriteIncludesReadAndDeniedReadDeniesWriteAndExec) {
  const Policy policy = terse_policy({"allow write /w/**", "allow exec /w/**", "deny read /w/k"});
  EXPECT_EQ(verdict(policy, "read /w/a"), "allow");
  EXPECT_EQ(verdict(policy, "exec /w/a"), "allow");
  EXPECT_EQ(verdict(policy, "write /w/k"), "deny");
  EXPECT_EQ(verdict(policy, "exec /w/k"), "deny");
  EXPECT_THAT(deciding(policy, "write /w/k"), ElementsAre(2));
  EXPECT_THAT(deciding(policy, "exec /w/k"), ElementsAre(2));
}

// L4
TEST(Decide, DeniedWriteLeavesReadAndExec) {
  const Policy policy = terse_policy({"allow write /w/**", "allow exec /w/**", "deny write /w/k"});
  EXPECT_EQ(verdict(policy, "write /w/k"), "deny");
  EXPECT_EQ(verdict(policy, "read /w/k"), "allow");
  EXPECT_EQ(verdict(policy, "exec /w/k"), "allow");
}

// L4
TEST(Decide, ExecNeedsRead) {
  const Policy policy = terse_policy({"allow exec /bin/*", "allow read /bin/a"});
  EXPECT_EQ(verdict(policy, "exec /bin/a"), "allow");
  EXPECT_EQ(verdict(policy, "exec /bin/b"), "deny");
  EXPECT_EQ(verdict(policy, "read /bin/b"), "deny");
  EXPECT_THAT(deciding(policy, "exec /bin/a"), ElementsAre(0, 1));
}

// L5
TEST(Decide, PathThatIsNotCanonicalIsDenied) {
  const Policy policy = terse_policy({"allow write /**"});
  for (const std::string_view path : {"/a/../b", "/a//b", "/a/", "a", "", "/a/.", "."}) {
    const Request request{Operation::read, std::string(path)};
    EXPECT_EQ(decide(policy, Os::linux, request).verdict, Effect::deny) << path;
    EXPECT_FALSE(applies(policy, policy.rules[0], request)) << path;
  }
}

// L6
TEST(Decide, SpeaksOfNamesWhetherOrNotAFileBearsThem) {
  const Policy policy = terse_policy({"allow write /no/such/dir/**"});
  EXPECT_EQ(verdict(policy, "write /no/such/dir/file"), "allow");
}

// L9
TEST(Decide, NameMatchesItselfAndWildcardItsSubdomainsAlone) {
  const Policy exact = terse_policy({"allow connect example.com"});
  EXPECT_EQ(verdict(exact, "connect example.com:443"), "allow");
  EXPECT_EQ(verdict(exact, "connect www.example.com:443"), "deny");
  EXPECT_EQ(verdict(exact, "connect notexample.com:443"), "deny");
  const Policy below = terse_policy({"allow connect *.example.com"});
  EXPECT_EQ(verdict(below, "connect example.com:443"), "deny");
  EXPECT_EQ(verdict(below, "connect a.b.example.com:443"), "allow");
  EXPECT_EQ(verdict(below, "connect xyexample.com:443"), "deny");
}

// L9
TEST(Decide, NameThatIsNotCanonicalIsDenied) {
  const Policy policy = terse_policy({"allow connect *, *.example.com"});
  for (const std::string_view name : {"a..example.com", ".example.com", "a b.example.com",
                                      "a%00.example.com", "A.example.com", "example.com.", ""}) {
    const Request request{Operation::connect, HostRequest{std::string(name), 443}};
    EXPECT_EQ(decide(policy, Os::linux, request).verdict, Effect::deny) << name;
  }
  const std::string nul("a\0.example.com", 14);
  const Request request{Operation::connect, HostRequest{nul, 443}};
  EXPECT_EQ(decide(policy, Os::linux, request).verdict, Effect::deny);
}

// L10
TEST(Decide, AddressIsMatchedByNetworksAndNeverByNames) {
  const Policy policy = terse_policy({"allow connect *:*", "allow connect 10.0.0.0/8:22"});
  EXPECT_EQ(verdict(policy, "connect 10.1.2.3:22"), "allow");
  EXPECT_EQ(verdict(policy, "connect 10.1.2.3:23"), "deny");
  EXPECT_EQ(verdict(policy, "connect 11.1.2.3:22"), "deny");
  EXPECT_EQ(verdict(policy, "connect a.com:22"), "allow");
}

// L10
TEST(Decide, MappedAddressInARequestIsNotCanonical) {
  IpAddress mapped{.v6 = true};
  mapped.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 1};
  const Policy policy = terse_policy({"allow connect [::/0]:*, 0.0.0.0/0:*"});
  const Request request{Operation::connect, HostRequest{mapped, 22}};
  EXPECT_EQ(decide(policy, Os::linux, request).verdict, Effect::deny);
}

// L10
TEST(Decide, LocalhostIsTheNameAndBothLoopbackAddresses) {
  const Policy policy =
      terse_policy({"allow connect localhost:3000", "allow listen localhost:3000"});
  for (const std::string_view host : {"localhost", "127.0.0.1", "[::1]"}) {
    EXPECT_EQ(verdict(policy, "connect " + std::string(host) + ":3000"), "allow") << host;
  }
  EXPECT_EQ(verdict(policy, "connect 127.0.0.2:3000"), "deny");
  EXPECT_EQ(verdict(policy, "listen 127.0.0.1:3000"), "allow");
  EXPECT_EQ(verdict(policy, "listen 0.0.0.0:3000"), "deny");
}

// L11
TEST(Decide, NameAloneIsPorts80And443) {
  const Policy policy = terse_policy({"allow connect a.com, b.com:*, c.com:8000-8100,9000"});
  EXPECT_EQ(verdict(policy, "connect a.com:80"), "allow");
  EXPECT_EQ(verdict(policy, "connect a.com:443"), "allow");
  EXPECT_EQ(verdict(policy, "connect a.com:8080"), "deny");
  EXPECT_EQ(verdict(policy, "connect b.com:1"), "allow");
  EXPECT_EQ(verdict(policy, "connect c.com:8100"), "allow");
  EXPECT_EQ(verdict(policy, "connect c.com:8101"), "deny");
  EXPECT_EQ(verdict(policy, "connect c.com:9000"), "allow");
  EXPECT_EQ(verdict(policy, "connect c.com:443"), "deny");
}

// L12
TEST(Decide, WithoutANetworkStatementThereIsNoNetwork) {
  const Policy policy = terse_policy({"allow write /**", "allow socket /**, @*", "allow env *"});
  EXPECT_EQ(verdict(policy, "connect a.com:443"), "deny");
  EXPECT_EQ(verdict(policy, "connect 127.0.0.1:80"), "deny");
  EXPECT_EQ(verdict(policy, "listen 127.0.0.1:80"), "deny");
}

// L12
TEST(Decide, EmptyAllowListAllowsNothing) {
  Policy policy = terse_policy({"allow connect a.com"});
  policy.rules[0].patterns.clear();
  EXPECT_EQ(verdict(policy, "connect a.com:443"), "deny");
}

// L13
TEST(Decide, StatementOfAnotherSystemDoesNotExist) {
  const Policy policy =
      terse_policy({"allow read /a on macos", "deny read /b on linux", "allow read /b"});
  EXPECT_EQ(verdict(policy, "read /a", Os::linux), "deny");
  EXPECT_EQ(verdict(policy, "read /a", Os::macos), "allow");
  EXPECT_EQ(verdict(policy, "read /b", Os::linux), "deny");
  EXPECT_EQ(verdict(policy, "read /b", Os::macos), "allow");
}

TEST(Decide, FacetNeedsItsCallAndHasToBeNamed) {
  const std::string_view facet = "syscall ioctl:TIOCSTI";
  EXPECT_EQ(verdict(terse_policy({"allow syscall ioctl"}), facet), "deny");
  EXPECT_EQ(verdict(terse_policy({"allow syscall ioctl:TIOCSTI"}), facet), "deny");
  const Policy both = terse_policy({"allow syscall ioctl, ioctl:TIOCSTI"});
  EXPECT_EQ(verdict(both, facet), "allow");
  EXPECT_EQ(verdict(both, "syscall ioctl"), "allow");
}

TEST(Decide, DeniedCallDeniesItsFacets) {
  const Policy policy = terse_policy({"allow syscall ioctl, ioctl:TIOCSTI", "deny syscall ioctl"});
  EXPECT_EQ(verdict(policy, "syscall ioctl:TIOCSTI"), "deny");
  EXPECT_THAT(deciding(policy, "syscall ioctl:TIOCSTI"), ElementsAre(1));
  const Policy other =
      terse_policy({"allow syscall ioctl, ioctl:TIOCSTI", "deny syscall ioctl:TIOCSTI"});
  EXPECT_EQ(verdict(other, "syscall ioctl:TIOCSTI"), "deny");
  EXPECT_EQ(verdict(other, "syscall ioctl"), "allow");
}

TEST(Decide, RuleOfOneOperationSaysNothingAboutAnother) {
  const Policy policy = terse_policy({"allow socket /run/x", "allow env PATH"});
  EXPECT_EQ(verdict(policy, "read /run/x"), "deny");
  EXPECT_EQ(verdict(policy, "write /run/x"), "deny");
  EXPECT_EQ(verdict(policy, "mach PATH"), "deny");
  EXPECT_EQ(verdict(policy, "socket /run/x"), "allow");
}

TEST(Decide, RequestWhoseTargetIsOfAnotherKindIsDenied) {
  const Policy policy = terse_policy({"allow read /**", "allow syscall ioctl"});
  const Request path_as_call{Operation::syscall, std::string("/a")};
  const Request call_as_path{Operation::read, *syscall_named("ioctl")};
  EXPECT_EQ(decide(policy, Os::linux, path_as_call).verdict, Effect::deny);
  EXPECT_EQ(decide(policy, Os::linux, call_as_path).verdict, Effect::deny);
}

TEST(Decide, ListMatchesItsNamesOnTheGivenPorts) {
  Policy policy = terse_policy({"allow connect *.com:*"});
  HostList list;
  list.name = "blocked";
  list.blob = "ads.com";
  list.entries.push_back({0, 7, false});
  policy.lists.push_back(list);
  Rule deny = terse_rule("deny connect x.com");
  std::get<ConnectPattern>(deny.patterns[0]).hosts = {InList{ListId{0}}};
  add_rule(policy, deny);
  EXPECT_EQ(verdict(policy, "connect ads.com:443"), "deny");
  EXPECT_EQ(verdict(policy, "connect ads.com:22"), "allow");
  EXPECT_EQ(verdict(policy, "connect www.ads.com:443"), "allow");
}

}  // namespace
}  // namespace sbxc
