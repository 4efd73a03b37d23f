// Reports of the egress proxy as a person and an audit file get them.
#include "compiler/driver/connection_denials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "compiler/resolve/resolve.h"

namespace sbxc::driver {
namespace {

using egress::Reason;
using egress::Report;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPolicy =
    "sbx 1\n"
    "allow connect example.com, *.corp.example\n"
    "deny connect evil.example because \"known bad\"\n"
    "ask connect maybe.example\n"
    "deny connect 192.0.2.0/24:*\n";

class Connections : public ::testing::Test {
 protected:
  Connections() {
    policy_ = resolve_text("p.sbx", kPolicy, "/w", ResolveOptions{}, sources_, diagnostics_);
    EXPECT_TRUE(policy_.has_value());
    denials_ = std::make_unique<ConnectionDenials>(judge_by_policy(*policy_, sources_));
  }
  std::string take(const Report& report) {
    return denials_->take(egress::encode(report), "2026-01-01T00:00:00.000Z");
  }
  static Report report(Reason reason, const std::string& host, const std::string& detail = {},
                       uint16_t port = 443) {
    Report made;
    made.reason = reason;
    made.host = host;
    made.detail = detail;
    made.port = port;
    return made;
  }

  Sources sources_;
  Diagnostics diagnostics_;
  std::optional<Policy> policy_;
  std::unique_ptr<ConnectionDenials> denials_;
};

TEST_F(Connections, AreToldOnceForEachRuleWithWhatWouldAllowThem) {
  for (int i = 0; i < 3; ++i) take(report(Reason::no_rule, "a.example"));
  take(report(Reason::no_rule, "2001:db8::1", {}, 22));
  take(report(Reason::rule, "evil.example"));
  EXPECT_EQ(denials_->summary(),
            "denied: connect a.example:443, connect [2001:db8::1]:22 (4 times)\n"
            "  no rule allows it\n"
            "  to allow it: allow connect a.example:443\n"
            "               allow connect [2001:db8::1]:22\n"
            "denied: connect evil.example:443\n"
            "  deny connect evil.example because \"known bad\"\n"
            "    p.sbx:3:1\n"
            "  to allow it: except evil.example:443   # at the end of p.sbx:3:1\n"
            "               allow connect evil.example:443\n");
}

TEST_F(Connections, ThatWereAskedNameTheRuleThatAsksAndTheAnswer) {
  take(report(Reason::ask_unavailable, "maybe.example", "nobody to ask: there is no terminal"));
  EXPECT_EQ(denials_->summary(),
            "denied: connect maybe.example:443\n"
            "  it had to be asked, and nobody answered: nobody to ask: there is no terminal\n"
            "  ask connect maybe.example\n"
            "    p.sbx:4:1\n"
            "  to allow it: except maybe.example:443   # at the end of p.sbx:4:1\n"
            "               allow connect maybe.example:443\n");
}

TEST(RulesOfOtherFiles, AreGivenUpWhereTheyAreUsedOrWhereTheyAsk) {
  ResolveOptions options;
  options.read_file = [](const std::string&, size_t) -> Result<std::string> {
    return "sbx 1\nask connect maybe.example\ndeny connect evil.example\n";
  };
  Sources sources;
  Diagnostics diagnostics;
  const auto policy =
      resolve_text("p.sbx", "sbx 1\nuse \"team.sbx\"\n", "/w", options, sources, diagnostics);
  ASSERT_TRUE(policy.has_value());
  ConnectionDenials denials(judge_by_policy(*policy, sources));
  Report made;
  made.port = 443;
  made.reason = Reason::asked_denied;
  made.host = "maybe.example";
  denials.take(egress::encode(made), "t");
  made.reason = Reason::rule;
  made.host = "evil.example";
  denials.take(egress::encode(made), "t");
  EXPECT_THAT(denials.summary(),
              HasSubstr("to allow it: except maybe.example:443   # at the end of "));
  EXPECT_THAT(denials.summary(),
              HasSubstr("to allow it: use \"team.sbx\" except connect evil.example:443\n"));
}

TEST_F(Connections, ToNamesOfSpecialAddressesAreAllowedByTheAddress) {
  take(report(Reason::address_special, "db.corp.example", "10.1.2.3"));
  EXPECT_THAT(denials_->summary(),
              HasSubstr("  the name stands for an address that no public name may have: 10.1.2.3\n"
                        "  to allow it: allow connect 10.1.2.3:443\n"));
}

TEST_F(Connections, ToNamesOfDeniedAddressesAreAllowedByAnExceptionOfTheDenial) {
  take(report(Reason::address_denied, "example.com", "192.0.2.7"));
  EXPECT_THAT(denials_->summary(),
              HasSubstr("  deny connect 192.0.2.0/24:*\n    p.sbx:5:1\n"
                        "  to allow it: except 192.0.2.7:443   # at the end of p.sbx:5:1\n"));
  EXPECT_THAT(denials_->summary(), Not(HasSubstr("allow connect")));
}

TEST_F(Connections, ThatNoRuleCouldAllowGetNoStatement) {
  for (const Reason reason :
       {Reason::bad_name, Reason::sni_mismatch, Reason::sni_missing, Reason::host_mismatch,
        Reason::bad_request, Reason::bad_token, Reason::loop}) {
    take(report(reason, "example.com", "x\x1b[2J"));
  }
  EXPECT_THAT(denials_->summary(), Not(HasSubstr("to allow it")));
  EXPECT_THAT(denials_->summary(), Not(HasSubstr("\x1b")));
  EXPECT_THAT(denials_->summary(), HasSubstr("the TLS connection is for another name: x"));
}

TEST_F(Connections, ThatFailedAreNoDenials) {
  EXPECT_THAT(take(report(Reason::unreachable, "example.com", "Connection refused")),
              HasSubstr(R"("event":"failed")"));
  EXPECT_EQ(denials_->summary(),
            "failed: connect example.com:443\n  no address answered: Connection refused\n");
}

TEST_F(Connections, ByNameAloneAreSpelledWithoutAPort) {
  Report asked = report(Reason::no_rule, "a.example", {}, 0);
  asked.operation = egress::Asked::dns;
  EXPECT_THAT(take(asked), HasSubstr(R"("target":"a.example","reason":"no_rule","by":"dns")"));
  EXPECT_THAT(denials_->summary(), HasSubstr("  to allow it: allow connect a.example\n"));
}

TEST_F(Connections, AreLinesOfJson) {
  Report many = report(Reason::rule, "evil.example");
  many.repeated = 5;
  many.dropped = 7;
  many.client = "ci\xff";
  const auto line = nlohmann::json::parse(take(many));
  EXPECT_EQ(line["event"], "denied");
  EXPECT_EQ(line["operation"], "connect");
  EXPECT_EQ(line["target"], "evil.example:443");
  EXPECT_EQ(line["reason"], "rule");
  EXPECT_EQ(line["repeated"], 5);
  EXPECT_EQ(line["not_recorded"], 7);
  EXPECT_EQ(line["rules"][0]["at"], "p.sbx:3:1");
  EXPECT_EQ(line["rules"][0]["because"], "known bad");
  EXPECT_EQ(line["allow"].size(), 2U);
  EXPECT_THAT(denials_->summary(), HasSubstr("(6 times)"));
  EXPECT_THAT(denials_->summary(), HasSubstr("7 connections were too many to be told\n"));
}

TEST_F(Connections, ArriveInPieces) {
  const std::string bytes = egress::encode(report(Reason::no_rule, "a.example"));
  std::string lines;
  for (const char byte : bytes) lines += denials_->take({&byte, 1}, "t");
  EXPECT_THAT(lines, HasSubstr("a.example:443"));
  EXPECT_FALSE(denials_->damaged());
  denials_->take(std::string_view("\xff\xff\xff\xff", 4), "t");
  EXPECT_TRUE(denials_->damaged());
}

TEST_F(Connections, AreToldInABoundedSpace) {
  for (int i = 0; i < 2000; ++i) {
    const std::string host = "h" + std::to_string(i) + ".example";
    take(report(Reason::sni_mismatch, host, "n" + std::to_string(i)));
    take(report(Reason::no_rule, host));
  }
  EXPECT_LT(denials_->summary().size(), 4000U);
  EXPECT_THAT(denials_->summary(), HasSubstr("more kinds; `--audit FILE` records every one\n"));
}

}  // namespace
}  // namespace sbxc::driver
