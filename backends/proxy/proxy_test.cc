#include "backends/proxy/proxy.h"

#include <gmock/gmock.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "compiler/policy/terse_policy.h"
#include "runtime/host_table/host_table.h"

namespace sbxc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Policy policy_with_list(std::string_view lines) {
  Policy policy = terse_policy({"allow connect *.example.com 10.0.0.0/8:22 except x.example.com",
                                "deny connect a.example.com because secret", "allow read /**",
                                "ask connect b.test on macos", "deny syscall ptrace on linux"});
  Sources sources;
  Diagnostics diagnostics;
  const FileId file = sources.add("list", std::string(lines));
  HostList list = *read_host_list(sources, file, diagnostics);
  list.name = "blocked";
  list.path = "list.txt";
  policy.lists.push_back(std::move(list));
  Rule rule;
  rule.effect = Effect::deny;
  rule.operation = Operation::connect;
  rule.patterns.push_back(ConnectPattern{
      .span = {}, .written = "blocked", .hosts = {InList{ListId{0}}}, .ports = PortSet::web()});
  add_rule(policy, std::move(rule));
  return policy;
}

TEST(Proxy, HoldsConnectRulesAndNothingElse) {
  const Policy policy = policy_with_list("ads.example\n");
  const Lowered lowered = lower_proxy(policy, Os::linux, Sources());
  ASSERT_EQ(lowered.verdicts.size(), policy.rules.size());
  std::vector<std::string> fidelities;
  for (const RuleVerdict& verdict : lowered.verdicts) {
    fidelities.emplace_back(name_of(verdict.fidelity));
    const bool exact = verdict.fidelity == Fidelity::exact;
    EXPECT_EQ(exact, verdict.needs == std::vector<Need>{Need::proxy});
    EXPECT_EQ(exact, verdict.what.empty());
  }
  EXPECT_THAT(fidelities,
              ElementsAre("exact", "exact", "elsewhere", "absent", "elsewhere", "exact"));
  EXPECT_EQ(lowered.verdicts[4].what, "held by seccomp");
  Diagnostics diagnostics;
  report_verdicts(policy, lowered, diagnostics);
  EXPECT_TRUE(diagnostics.all().empty());
}

TEST(Proxy, WritesTheTableAndItsJson) {
  const Lowered lowered = lower_proxy(policy_with_list("ads.example\n"), Os::linux, Sources());
  ASSERT_EQ(lowered.artifacts.size(), 2U);
  EXPECT_EQ(lowered.artifacts[0].file, "hosts.sbxt");
  EXPECT_EQ(lowered.artifacts[1].file, "hosts.json");
  std::vector<uint64_t> words(lowered.artifacts[0].bytes.size() / 8 + 1);
  std::memcpy(words.data(), lowered.artifacts[0].bytes.data(), lowered.artifacts[0].bytes.size());
  const auto opened = host_table::HostTable::view(
      {reinterpret_cast<const uint8_t*>(words.data()), lowered.artifacts[0].bytes.size()});
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened.table.decide("www.example.com", 443).verdict, host_table::Verdict::allow);
  EXPECT_EQ(opened.table.decide("a.example.com", 443).verdict, host_table::Verdict::deny);
}

TEST(Proxy, EverySystemHasItsOwnRules) {
  const Policy policy = policy_with_list("ads.example\n");
  const auto json_of = [&](Os os) { return lower_proxy(policy, os, Sources()).artifacts[1].bytes; };
  EXPECT_THAT(json_of(Os::macos), HasSubstr("b.test"));
  EXPECT_THAT(json_of(Os::linux), ::testing::Not(HasSubstr("b.test")));
  EXPECT_TRUE(connect_differs_by_system(policy));
  EXPECT_FALSE(connect_differs_by_system(terse_policy({"allow connect a.test", "allow mach x"})));
}

TEST(Proxy, TheJsonIsWhatTheFormatPageSays) {
  const Policy policy = policy_with_list("ads.example\n*.t.example\n10.0.0.0/8\n");
  const Lowered lowered = lower_proxy(policy, Os::linux, Sources());
  const auto json = nlohmann::json::parse(lowered.artifacts[1].bytes);
  EXPECT_EQ(json["format"], "sbx-hosts");
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["default"], "deny");
  ASSERT_EQ(json["rules"].size(), 3U);
  const auto& rule = json["rules"][0];
  EXPECT_EQ(rule["rule"], 0);
  EXPECT_EQ(rule["verdict"], "allow");
  EXPECT_EQ(rule["patterns"][0]["written"], "*.example.com");
  EXPECT_EQ(rule["patterns"][0]["hosts"][0]["subdomains"], "example.com");
  EXPECT_EQ(rule["patterns"][0]["ports"].dump(), "[[80,80],[443,443]]");
  EXPECT_EQ(rule["patterns"][1]["hosts"][0]["network"], "10.0.0.0/8");
  EXPECT_EQ(rule["except"][0]["hosts"][0]["name"], "x.example.com");
  EXPECT_FALSE(rule.contains("because"));
  EXPECT_EQ(json["rules"][1]["because"], "secret");
  EXPECT_FALSE(json["rules"][1].contains("except"));
  EXPECT_EQ(json["rules"][2]["patterns"][0]["hosts"][0]["list"], "blocked");
  EXPECT_EQ(json["lists"][0]["file"], "list.txt");
  EXPECT_EQ(json["lists"][0]["hosts"].dump(), R"(["ads.example","*.t.example","10.0.0.0/8"])");
}

TEST(Proxy, AnEmptyPolicyIsATableThatDenies) {
  const Lowered lowered = lower_proxy(Policy(), Os::linux, Sources());
  const auto json = nlohmann::json::parse(lowered.artifacts[1].bytes);
  EXPECT_TRUE(json["rules"].empty());
  EXPECT_TRUE(json["lists"].empty());
  EXPECT_LE(lowered.artifacts[0].bytes.size(), 256U);
}

TEST(Proxy, ControlBytesOfAPolicyAreShownAsEscapesInTheJson) {
  Policy policy = terse_policy({"deny connect a.test"});
  policy.rules[0].because = "\x1b[31mred\xff";
  policy.name = "n\x07";
  const std::string json = lower_proxy(policy, Os::linux, Sources()).artifacts[1].bytes;
  EXPECT_THAT(json, HasSubstr(R"(\\x1b[31mred\\xff)"));
  EXPECT_TRUE(nlohmann::json::accept(json));
}

// The page of hosts.sbxt: every entry of the table leads back to the rule it came from.
TEST(Proxy, TheSourceMapNamesTheRuleOfEveryEntry) {
  const Policy policy = policy_with_list("ads.example\na.example.com\n");
  const Lowered lowered = lower_proxy(policy, Os::linux, Sources());
  std::vector<uint32_t> rules;
  for (size_t i = 0; i < lowered.map.size(); ++i) {
    EXPECT_EQ(lowered.map[i].file, "hosts.sbxt");
    EXPECT_EQ(lowered.map[i].where, i);
    ASSERT_EQ(lowered.map[i].rules.size(), 1U);
    rules.push_back(static_cast<uint32_t>(lowered.map[i].rules[0]));
  }
  std::sort(rules.begin(), rules.end());
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  EXPECT_THAT(rules, ElementsAre(0, 1, 5));
}

TEST(Proxy, TheCapabilityTableHasEveryOperationOnce) {
  ASSERT_EQ(proxy_capabilities().size(), std::size(kOperations));
  for (const Capability& row : proxy_capabilities()) {
    EXPECT_EQ(row.target, TargetName::proxy);
    EXPECT_FALSE(row.how.empty());
  }
}

}  // namespace
}  // namespace sbxc
