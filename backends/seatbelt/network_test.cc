// listen, connect and services: what a profile says of them, and what it cannot.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/seatbelt/evaluated_profile.h"
#include "backends/seatbelt/port_ranges.h"
#include "compiler/policy/decide.h"
#include "compiler/policy/terse_policy.h"

namespace sbxc::seatbelt {
namespace {

using sbpl::Verdict;
using ::testing::HasSubstr;

Verdict bind_to(const EvaluatedProfile& profile, std::string host, uint16_t port) {
  const sbpl::Request request{.local = sbpl::Endpoint{"tcp", std::move(host), port}};
  const Verdict bound = profile.decide("network-bind", request).verdict;
  EXPECT_EQ(bound, profile.decide("network-inbound", request).verdict);
  return bound;
}

TEST(Listen, OnAnyAddressIsExactPortByPort) {
  const Policy policy =
      terse_policy({"allow listen *:3000-3999 except *:3500", "deny listen *:3005"});
  const EvaluatedProfile profile = EvaluatedProfile::of(policy);
  EXPECT_EQ(profile.fidelity(0), Fidelity::exact);
  EXPECT_EQ(profile.fidelity(1), Fidelity::exact);
  for (uint16_t port = 2995; port < 4005; ++port) {
    const HostRequest host{.host = IpAddress::v4(10, 0, 0, 1), .port = port};
    const bool allowed =
        decide(policy, Os::macos, {Operation::listen, host}).verdict == Effect::allow;
    EXPECT_EQ(bind_to(profile, "10.0.0.1", port) == Verdict::allow, allowed) << port;
  }
}

TEST(Listen, OnEveryPortButAFewIsExact) {
  const EvaluatedProfile profile =
      EvaluatedProfile::of(terse_policy({"allow listen *:*", "deny listen *:1-1023"}));
  EXPECT_EQ(profile.fidelity(0), Fidelity::exact);
  EXPECT_EQ(bind_to(profile, "0.0.0.0", 1023), Verdict::deny);
  EXPECT_EQ(bind_to(profile, "0.0.0.0", 1024), Verdict::allow);
}

TEST(Listen, OnLoopbackIsWidenedForTheProfileCannotTellAddressesApart) {
  const EvaluatedProfile profile =
      EvaluatedProfile::of(terse_policy({"allow listen localhost:3000"}));
  EXPECT_EQ(profile.fidelity(0), Fidelity::widened);
  EXPECT_EQ(profile.lowered.verdicts[0].witness, "192.168.1.20:3000");
  EXPECT_THAT(profile.lowered.verdicts[0].help, HasSubstr("allow listen *:3000"));
  EXPECT_EQ(bind_to(profile, "127.0.0.1", 3000), Verdict::allow);
  EXPECT_EQ(bind_to(profile, "127.0.0.1", 3001), Verdict::deny);
  EXPECT_EQ(bind_to(profile, "0.0.0.0", 3000), Verdict::depends);  // measured both ways
}

TEST(Listen, OnLoopbackIsExactWhereAnyAddressIsAllowedAnyway) {
  const EvaluatedProfile profile = EvaluatedProfile::of(
      terse_policy({"allow listen localhost:3000", "allow listen *:3000-3010"}));
  EXPECT_EQ(profile.fidelity(0), Fidelity::exact);
}

TEST(Listen, OnOneAddressIsImpossible) {
  const EvaluatedProfile profile =
      EvaluatedProfile::of(terse_policy({"allow listen 10.0.0.0/8:80"}));
  EXPECT_EQ(profile.fidelity(0), Fidelity::impossible);
  EXPECT_EQ(profile.lowered.verdicts[0].witness, "10.0.0.0:80");
  EXPECT_EQ(bind_to(profile, "10.0.0.1", 80), Verdict::deny);
}

TEST(Listen, DeniedOnSomeAddressesIsDeniedOnAll) {
  const EvaluatedProfile profile =
      EvaluatedProfile::of(terse_policy({"allow listen *:80-90", "deny listen 10.0.0.0/8:85"}));
  EXPECT_EQ(profile.fidelity(0), Fidelity::exact);
  EXPECT_EQ(profile.fidelity(1), Fidelity::narrowed);
  EXPECT_EQ(bind_to(profile, "127.0.0.1", 85), Verdict::deny);
  EXPECT_EQ(bind_to(profile, "127.0.0.1", 86), Verdict::allow);
}

TEST(Listen, DeniedButForSomeAddressesIsDeniedOnAll) {
  const EvaluatedProfile profile = EvaluatedProfile::of(
      terse_policy({"allow listen *:3000", "deny listen *:3000 except localhost:3000"}));
  EXPECT_EQ(profile.fidelity(1), Fidelity::narrowed);
  EXPECT_EQ(bind_to(profile, "127.0.0.1", 3000), Verdict::deny);
}

TEST(Listen, OnTooManyPortsIsWidened) {
  const EvaluatedProfile profile = EvaluatedProfile::of(terse_policy({"allow listen *:1024-9999"}));
  EXPECT_EQ(profile.fidelity(0), Fidelity::widened);
  EXPECT_EQ(profile.lowered.verdicts[0].witness, "127.0.0.1:10000");
}

TEST(Connect, NeedsTheProxyAndOpensNothingByItself) {
  const EvaluatedProfile denied = EvaluatedProfile::of(terse_policy({"deny connect a.com"}));
  EXPECT_EQ(denied.text().find("network-outbound"), std::string::npos);
  const EvaluatedProfile asked = EvaluatedProfile::of(terse_policy({"ask connect a.com"}));
  EXPECT_THAT(asked.text(), HasSubstr("(param \"PROXY_PORT\")"));
  EXPECT_EQ(asked.fidelity(0), Fidelity::elsewhere);
  EXPECT_THAT(asked.lowered.verdicts[0].needs, ::testing::ElementsAre(Need::proxy));
}

TEST(Connect, OfAnotherSystemOpensNothing) {
  const EvaluatedProfile profile =
      EvaluatedProfile::of(terse_policy({"allow connect a.com on linux"}));
  EXPECT_EQ(profile.fidelity(0), Fidelity::absent);
  EXPECT_EQ(profile.text().find("network-outbound"), std::string::npos);
}

TEST(Sockets, OfTheAbstractKindAreLostWhenAllowedAndVacuousWhenDenied) {
  const EvaluatedProfile profile =
      EvaluatedProfile::of(terse_policy({"allow socket @bus", "deny socket @dbus"}));
  EXPECT_EQ(profile.fidelity(0), Fidelity::narrowed);
  EXPECT_EQ(profile.fidelity(1), Fidelity::exact);
}

TEST(PortSets, AreSubtractedAndCounted) {
  const PortSet all = PortSet::any();
  const PortSet some = PortSet::of({{10, 20}, {30, 30}});
  EXPECT_EQ(count(minus(all, some)), 65535U - 12U);
  EXPECT_EQ(plus(minus(all, some), some), all);
  EXPECT_TRUE(includes(all, some));
  EXPECT_FALSE(includes(some, all));
  EXPECT_TRUE(minus(some, all).ranges.empty());
}

}  // namespace
}  // namespace sbxc::seatbelt
