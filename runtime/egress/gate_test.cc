// Laws 9 to 12 at the gate: names, addresses, and the addresses that names resolve to.
#include "runtime/egress/gate.h"

#include <gmock/gmock.h>

#include "runtime/egress/proxy_for_test.h"

namespace sbxc::egress {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

IpAddress ip(std::string_view text) { return parse_ip(text).address.value(); }

Reason judged(const Gate& gate, const wire::Host& host, uint16_t port) {
  return gate.judge({host, port}).reason;
}

std::vector<std::string> dialled(const Gate& gate, std::vector<std::string_view> addresses,
                                 Ruling* why = nullptr) {
  Resolved resolved;
  for (const std::string_view address : addresses) resolved.addresses.push_back(ip(address));
  Ruling ruling;
  std::vector<std::string> out;
  for (const Place& place : dialable(gate, resolved, 443, 0, why != nullptr ? *why : ruling)) {
    out.push_back(place.address.text());
  }
  return out;
}

TEST(Gate, TakesAnAnswerForTheAddressesThatTheAskingRuleSpeaksOf) {
  const Gate gate(table_of({"ask connect localhost", "allow connect example.com"}));
  const Place place{ip("127.0.0.1"), 443};
  const uint32_t asking = gate.judge({"localhost", 443}).rule;
  const uint32_t allowing = gate.judge({"example.com", 443}).rule;
  EXPECT_EQ(gate.judge_resolved(place, asking).reason, Reason::allowed);
  EXPECT_EQ(gate.judge_resolved(place, allowing).reason, Reason::address_special);
}

TEST(Gate, LetsThroughWhatARuleAllowsAtThatPortAlone) {
  const Gate gate(table_of({"allow connect example.com", "deny connect x.example.com",
                            "allow connect *.example.com:*"}));
  EXPECT_EQ(judged(gate, "example.com", 443), Reason::allowed);
  EXPECT_EQ(judged(gate, "example.com", 22), Reason::no_rule);
  EXPECT_EQ(judged(gate, "a.example.com", 22), Reason::allowed);
  EXPECT_EQ(judged(gate, "x.example.com", 443), Reason::rule);
  EXPECT_EQ(judged(gate, "evilexample.com", 443), Reason::no_rule);
}

TEST(Gate, DeniesEverythingWithoutATable) {
  const Gate gate(nullptr);
  EXPECT_EQ(judged(gate, "example.com", 443), Reason::no_rule);
  EXPECT_EQ(judged(gate, ip("1.1.1.1"), 443), Reason::no_rule);
}

TEST(Gate, NeverDialsNoAddressAtAll) {
  const Gate gate(table_of({"allow connect 0.0.0.0/0:*", "allow connect [::/0]:*"}));
  EXPECT_EQ(judged(gate, ip("0.0.0.0"), 443), Reason::address_special);
  EXPECT_EQ(judged(gate, ip("::"), 443), Reason::address_special);
  EXPECT_EQ(judged(gate, ip("127.0.0.1"), 443), Reason::allowed);
}

TEST(Gate, DialsNoAddressThatLeadsInward) {
  const Gate gate(table_of({"allow connect example.com"}));
  for (const char* address :
       {"127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.1.1", "192.168.1.1", "169.254.169.254",
        "100.100.100.200", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1",
        "fd00::1", "fd00:ec2::254", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1"}) {
    Ruling why;
    EXPECT_THAT(dialled(gate, {address}, &why), IsEmpty()) << address;
    EXPECT_EQ(why.reason, Reason::address_special) << address;
  }
  EXPECT_THAT(dialled(gate, {"1.2.3.4", "192.0.2.7", "2001:db8::1"}),
              ElementsAre("1.2.3.4", "2001:db8::1", "192.0.2.7"));
}

TEST(Gate, DialsAnInwardAddressThatARuleAllowsAtThatPort) {
  const Gate gate(table_of({"allow connect example.com", "allow connect 10.1.0.0/16:443",
                            "allow connect 10.2.0.0/16:80"}));
  EXPECT_THAT(dialled(gate, {"10.1.0.1", "10.2.0.1"}), ElementsAre("10.1.0.1"));
}

TEST(Gate, AsksForNoAddressBehindAName) {
  const Gate gate(table_of({"allow connect example.com", "ask connect 10.0.0.0/8:443"}));
  EXPECT_THAT(dialled(gate, {"10.1.0.1"}), IsEmpty());
}

TEST(Gate, DialsNoAddressThatARuleDenies) {
  const Gate gate(table_of({"allow connect example.com", "deny connect 1.2.3.0/24:*"}));
  Ruling why;
  EXPECT_THAT(dialled(gate, {"1.2.3.4", "10.0.0.1"}, &why), IsEmpty());
  EXPECT_EQ(why.reason, Reason::address_denied);
  EXPECT_EQ(why.detail, "1.2.3.4");
  EXPECT_THAT(dialled(gate, {"1.2.3.4", "1.2.4.4"}), ElementsAre("1.2.4.4"));
}

TEST(Gate, SaysThatANameHasNoAddress) {
  const Gate gate(table_of({"allow connect example.com"}));
  Ruling why;
  EXPECT_THAT(dialled(gate, {}, &why), IsEmpty());
  EXPECT_EQ(why.reason, Reason::unresolved);
}

TEST(Gate, TakesFamiliesInTurnAndEachAddressOnce) {
  const Gate gate(table_of({"allow connect example.com"}));
  EXPECT_THAT(dialled(gate, {"2600::1", "2600::2", "2600::1", "1.1.1.1", "1.1.1.2", "1.1.1.3"}),
              ElementsAre("2600::1", "1.1.1.1", "2600::2", "1.1.1.2", "1.1.1.3"));
}

TEST(Gate, LetsNobodyInThroughTheBackDoor) {
  Gate gate(table_of({"allow connect 127.0.0.0/8:*", "allow connect example.com:*"}));
  gate.add_own(loopback(3000));
  gate.add_own({IpAddress::v4(0, 0, 0, 0), 3001});
  EXPECT_EQ(judged(gate, ip("127.0.0.1"), 3000), Reason::loop);
  EXPECT_FALSE(gate.judge({ip("127.0.0.1"), 3000}, true).is_deny());
  EXPECT_EQ(judged(gate, ip("127.0.0.2"), 3000), Reason::allowed);
  EXPECT_EQ(judged(gate, ip("127.0.0.2"), 3001), Reason::loop);
  EXPECT_EQ(gate.judge_resolved(loopback(3000), 0).reason, Reason::loop);
}

TEST(Gate, TakesANewTableAsAWhole) {
  Gate gate(table_of({"allow connect example.com"}));
  const Table before = gate.use(table_of({"allow connect example.org"}));
  EXPECT_EQ(judged(gate, "example.com", 443), Reason::no_rule);
  EXPECT_EQ(judged(gate, "example.org", 443), Reason::allowed);
  EXPECT_EQ(gate.generation(), 1U);
}

TEST(Tables, AreRefusedWithAReason) {
  std::string error;
  EXPECT_FALSE(view_table("not a table at all", error));
  EXPECT_NE(error, "");
  error.clear();
  EXPECT_FALSE(open_table("/nonexistent/table", error));
  EXPECT_NE(error.find("No such file"), std::string::npos) << error;
}

}  // namespace
}  // namespace sbxc::egress
