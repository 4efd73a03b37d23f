#include "backends/proxy/captured_ports.h"

#include <gtest/gtest.h>

#include "compiler/policy/terse_policy.h"

namespace sbxc {
namespace {

CapturedPorts of(std::initializer_list<std::string_view> rules, Os os = Os::linux) {
  return captured_ports(terse_policy(rules), os);
}

TEST(CapturedPorts, AreThoseThatSomeRuleAllowsOrAsksAbout) {
  EXPECT_EQ(of({"allow connect example.com"}).all.text(), "80,443");
  EXPECT_EQ(of({"allow connect example.com:22", "ask connect *.example.org:8000-8100"}).all.text(),
            "22,8000-8100");
  EXPECT_EQ(of({"allow connect example.com:22", "allow connect 10.0.0.0/8:23"}).all.text(),
            "22-23");
  EXPECT_EQ(of({"allow connect example.com:*"}).all.text(), "*");
}

TEST(CapturedPorts, AreNoneWhereNothingMayBeReached) {
  EXPECT_TRUE(of({}).none());
  EXPECT_TRUE(of({"deny connect example.com:22", "allow listen localhost:3000"}).none());
  EXPECT_TRUE(of({"allow connect example.com on macos"}).none());
  EXPECT_FALSE(of({"allow connect example.com on macos"}, Os::macos).none());
}

TEST(CapturedPorts, KeepThoseThatADenialNarrows) {
  EXPECT_EQ(of({"allow connect *.example.com:1-100", "deny connect a.example.com:50"}).all.text(),
            "1-100");
}

TEST(CapturedPorts, OfTheLoopbackAreThoseOfRulesForIt) {
  EXPECT_EQ(of({"allow connect localhost:5432", "allow connect db.test:5433"}).loopback.text(),
            "5432");
  EXPECT_EQ(of({"allow connect 127.0.0.2:1"}).loopback.text(), "1");
  EXPECT_EQ(of({"ask connect [::1]:2"}).loopback.text(), "2");
  EXPECT_EQ(of({"allow connect 127.0.0.0/8:3"}).loopback.text(), "3");
  for (const std::string_view rule :
       {"allow connect 0.0.0.0/0:*", "allow connect [::/0]:*", "allow connect 10.0.0.0/8:1",
        "allow connect 126.0.0.0/7:1", "deny connect localhost:1"}) {
    EXPECT_TRUE(of({rule}).loopback.ranges.empty()) << rule;
  }
}

TEST(CapturedPorts, TellWhetherProgramsInsideMayListenOnSome) {
  EXPECT_TRUE(of({"allow connect example.com:8080", "allow listen localhost:8000-9000"}).listened);
  EXPECT_FALSE(of({"allow connect example.com:8080", "allow listen localhost:8081"}).listened);
  EXPECT_FALSE(of({"allow connect example.com:8080", "deny listen *:8080"}).listened);
}

}  // namespace
}  // namespace sbxc
