// Host spaces: what they say, how differences read, and that lists cost what they should.
#include "compiler/decisions/host_space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/decisions/address_range.h"
#include "compiler/decisions/compare.h"
#include "compiler/decisions/host_regions.h"
#include "compiler/decisions/host_rules.h"
#include "compiler/policy/terse_policy.h"

namespace sbxc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

bool allowed(automata::Label label) { return effect_of(label) == Effect::allow; }

HostSpace space_of(std::initializer_list<std::string_view> rules,
                   Operation operation = Operation::connect) {
  auto decided = decisions_of(terse_policy(rules), Os::linux, operation);
  if (!decided) throw std::runtime_error("over budget");
  return std::get<HostSpace>(std::move(*decided));
}

automata::GlobSet allowed_by(std::initializer_list<std::string_view> rules,
                             Operation operation = Operation::connect) {
  return host_patterns_of(space_of(rules, operation), operation, allowed);
}

TEST(HostPatterns, AreWhatWasWrittenWhereNothingOverlaps) {
  const auto set = allowed_by(
      {"allow connect a.com, *.b.com:22, 10.0.0.0/8:22, [fd00::/8]:*", "allow connect *:8080"});
  EXPECT_THAT(set.globs,
              ElementsAre("*:8080", "a.com", "*.b.com:22", "10.0.0.0/8:22", "[fd00::/8]:*"));
  EXPECT_THAT(set.except, IsEmpty());
  EXPECT_TRUE(set.complete);
}

TEST(HostPatterns, SayWhatADenyTakesOut) {
  const auto set = allowed_by({"allow connect *.a.com", "deny connect x.a.com, *.y.a.com"});
  EXPECT_THAT(set.globs, ElementsAre("*.a.com"));
  EXPECT_THAT(set.except, ElementsAre("x.a.com", "*.y.a.com"));
  EXPECT_TRUE(set.complete);
}

TEST(HostPatterns, AreNotCompleteWhereAnExceptionTakesOutAPattern) {
  const auto set = allowed_by({"allow connect *.a.com", "deny connect *.y.a.com except z.y.a.com"});
  EXPECT_THAT(set.except, ElementsAre("*.y.a.com"));
  EXPECT_THAT(set.globs, ElementsAre("*.a.com", "z.y.a.com"));
  EXPECT_FALSE(set.complete);
}

TEST(HostPatterns, OfAddressesAreNetworks) {
  const auto set = allowed_by({"allow connect 10.0.0.0/8:22", "deny connect 10.0.0.0/10:22"});
  EXPECT_THAT(set.globs, ElementsAre("10.64.0.0/10:22", "10.128.0.0/9:22"));
}

TEST(HostPatterns, OfListeningAnywhereAreAStar) {
  EXPECT_THAT(allowed_by({"allow listen *:3000"}, Operation::listen).globs, ElementsAre("*:3000"));
  EXPECT_THAT(allowed_by({"allow listen localhost:1-9"}, Operation::listen).globs,
              ElementsAre("127.0.0.1:1-9", "[::1]:1-9"));
}

TEST(HostSpace, HoldsNoRequestThatIsNotCanonical) {
  const HostSpace space = space_of({"allow connect *:*, 0.0.0.0/0:*, [::/0]:*"});
  const auto mapped = IpAddress{.v6 = true, .bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1}};
  EXPECT_EQ(space.decide({mapped, 80}), automata::kOutside);
  EXPECT_EQ(space.decide({"A.com", 80}), automata::kOutside);
  EXPECT_EQ(space.decide({"a..com", 80}), automata::kOutside);
  EXPECT_EQ(space.decide({"a.com", 0}), automata::kOutside);
  EXPECT_TRUE(allowed(space.decide({"a.com", 65535})));
  EXPECT_TRUE(allowed(space.decide({IpAddress{.v6 = true}, 1})));
}

// Every witness as text.
std::vector<std::string> witnesses(std::initializer_list<std::string_view> before,
                                   std::initializer_list<std::string_view> after) {
  const auto one = compare(Operation::connect, space_of(before), space_of(after));
  std::vector<std::string> texts;
  for (const Witness& witness : one->gained.witnesses) texts.push_back(witness.request.text());
  return texts;
}

TEST(HostWitnesses, AreHostsThatAPersonWouldRecognise) {
  EXPECT_THAT(witnesses({}, {"allow connect example.com"}), ElementsAre("example.com:443"));
  EXPECT_THAT(
      witnesses({"allow connect example.com"}, {"allow connect example.com, *.example.com"}),
      ElementsAre("a.example.com:443"));
  EXPECT_THAT(witnesses({"allow connect a.b.com"}, {"allow connect *.b.com"}),
              ElementsAre("b.b.com:443"));
  EXPECT_THAT(witnesses({}, {"allow connect *:22"}), ElementsAre("example.com:22"));
  EXPECT_THAT(witnesses({"allow connect git.com"}, {"allow connect git.com, *:22"}),
              ElementsAre("example.org:22"));
  EXPECT_THAT(witnesses({}, {"allow connect 10.0.0.0/8:22, 172.16.0.0/12, [fe80::/10]:9000-9100"}),
              ElementsAre("10.0.0.1:22", "172.16.0.1:443", "[fe80::1]:9000"));
}

TEST(HostSpace, BuiltByHandComparesWithAPolicy) {
  const automata::Label allow = label_of(Effect::allow);
  const automata::Label deny = label_of(Effect::deny);
  HostSpaceBuilder builder(every_port(deny), every_port(deny));
  const auto web = builder.leaf(port_map(PortSet::web(), allow, deny));
  builder.set_exact(builder.node("a.com"), web);
  builder.set_below(builder.node("a.com"), web);
  const IpAddress first = IpAddress::v4(10, 0, 0, 0);
  builder.set_addresses(first, IpAddress::v4(10, 255, 255, 255), web);
  const HostSpace table = std::move(builder).build();
  const auto same =
      compare(Operation::connect, space_of({"allow connect a.com, *.a.com, 10.0.0.0/8"}), table);
  EXPECT_EQ(same->relation, Relation::equivalent);
  const auto other =
      compare(Operation::connect, space_of({"allow connect a.com, 10.0.0.0/9"}), table);
  EXPECT_EQ(other->relation, Relation::wider);
  EXPECT_THAT(other->gained.patterns.globs, ElementsAre("*.a.com", "10.128.0.0/9"));
}

TEST(AddressRange, IsTheFewestNetworks) {
  const auto texts = [](const IpAddress& first, const IpAddress& last) {
    std::vector<std::string> out;
    for (const IpNetwork& network : networks_of({first, last})) out.push_back(network.text());
    return out;
  };
  EXPECT_THAT(texts(IpAddress::v4(10, 0, 0, 0), IpAddress::v4(10, 255, 255, 255)),
              ElementsAre("10.0.0.0/8"));
  EXPECT_THAT(texts(IpAddress::v4(1, 0, 0, 1), IpAddress::v4(1, 0, 0, 4)),
              ElementsAre("1.0.0.1", "1.0.0.2/31", "1.0.0.4"));
  EXPECT_THAT(texts(IpAddress::v4(0, 0, 0, 0), IpAddress::v4(255, 255, 255, 255)),
              ElementsAre("0.0.0.0/0"));
}

TEST(HostSpace, SplitsPortsUnderABudget) {
  Policy policy;
  std::string rule = "allow connect ";
  for (int port = 1; port < 60; ++port) rule += "*:" + std::to_string(port * 2) + ", ";
  add_rule(policy, terse_rule(rule + "a.com:7"));
  const MarkedRules marks = verdict_marks(policy, Os::linux, Operation::connect);
  EXPECT_TRUE(host_space_of(policy, Operation::connect, marks));
  EXPECT_FALSE(host_space_of(policy, Operation::connect, marks, 100));
}

}  // namespace
}  // namespace sbxc
