// `sbxc test` as a person and a build server meet it.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc {
namespace {

using testing::RunResult;

constexpr const char* kPolicy = R"(sbx 1
allow read /srv/**
deny  read /srv/keys/**  because "keys"
allow connect example.com
test "keys stay" {
  allow read /srv/a
  deny read /srv/keys/a because "keys"
}
)";
constexpr const char* kFails = "test \"more\" { allow read /etc/x, /srv/b }\n";

RunResult test_of(const std::string& policy, std::vector<std::string> options) {
  options.insert(options.begin(), {"test", "p.sbx"});
  return testing::run_sbxc_beside(policy, std::move(options));
}

TEST(TestCommand, SaysInOneLineThatATestPasses) {
  const RunResult result = test_of(kPolicy, {});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, "ok    keys stay  (2 requests)\np.sbx: 1 test, 2 requests: all passed\n");
  EXPECT_EQ(result.err, "");
}

TEST(TestCommand, ShowsTheRequestsOfATestThatFails) {
  const RunResult result = test_of(std::string(kPolicy) + kFails, {});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out,
            "ok    keys stay  (2 requests)\n"
            "FAIL  more  (2 requests)\n"
            "        FAIL  allow read /etc/x: denied\n"
            "        ok    allow read /srv/b\n"
            "p.sbx: 2 tests, 4 requests: 1 failed\n");
  EXPECT_NE(result.err.find("error[SBX4001]: the test \"more\" fails"), std::string::npos);
  EXPECT_NE(result.err.find("^^^^^^"), std::string::npos);
}

TEST(TestCommand, RunsTheTestsWhoseNameHoldsAMatch) {
  const std::string policy = std::string(kPolicy) + kFails;
  EXPECT_EQ(test_of(policy, {"--run", "keys"}).status, 0);
  EXPECT_EQ(test_of(policy, {"--run", "mor"}).status, 1);
  EXPECT_EQ(test_of(policy, {"--run", "^(keys|none)"}).status, 0);
  const RunResult wrong = test_of(policy, {"--run", "keys["});
  EXPECT_EQ(wrong.status, 3);
  EXPECT_NE(wrong.err.find("`keys[` is no regular expression"), std::string::npos) << wrong.err;
}

TEST(TestCommand, EndsInFourWhenNothingRanAndThatIsAFailure) {
  EXPECT_EQ(test_of(kPolicy, {"--run", "nothing"}).status, 0);
  EXPECT_EQ(test_of(kPolicy, {"--run", "nothing", "--fail-on-empty"}).status, 4);
  EXPECT_EQ(test_of("sbx 1\nallow read /a\n", {"--fail-on-empty"}).status, 4);
  EXPECT_EQ(test_of("sbx 1\nallow read /a\ntest \"t\" { }\n", {"--fail-on-empty"}).status, 4);
}

TEST(TestCommand, EndsInThreeWhenThePolicyCannotBeUsed) {
  const RunResult result = test_of("sbx 1\nallow reed /a\n", {"--format", "json"});
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.out, "");
  EXPECT_NE(result.err.find("SBX1011"), std::string::npos);
}

TEST(TestCommand, EndsInFiveWhenTheTestsWouldTakeTooLong) {
  std::string policy = "sbx 1\n";
  for (int i = 0; i < 8000; ++i) policy += "allow read /r" + std::to_string(i) + "\n";
  policy += "test \"many\" {\n";
  for (int i = 0; i < 8000; ++i) policy += "  allow read /r" + std::to_string(i) + "\n";
  EXPECT_EQ(test_of(policy + "}\n", {}).status, 5);
}

TEST(TestCommand, NamesTheRulesThatDecidedNothing) {
  const RunResult result = test_of(kPolicy, {"--coverage"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out,
            "ok    keys stay  (2 requests)\n"
            "coverage: 2 of 3 rules decided a tested request (66.7 %), 2 of them alone\n"
            "decided nothing:\n"
            "  p.sbx:4  allow connect example.com\n"
            "p.sbx: 1 test, 2 requests: all passed\n");
}

TEST(TestCommand, FailsBelowTheThresholdOfCoverage) {
  EXPECT_EQ(test_of(kPolicy, {"--threshold", "66"}).status, 0);
  const RunResult result = test_of(kPolicy, {"--threshold", "67"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "error: the tests cover 66.7 % of the rules, less than 67 %\n");
}

TEST(TestCommand, GivesTheWholeTreeAsJson) {
  const RunResult result =
      test_of(std::string(kPolicy) + kFails, {"--format", "json", "--coverage"});
  EXPECT_EQ(result.status, 1);
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["passed"], false);
  EXPECT_EQ(json["tests"][0]["requests"][1]["systems"][0]["deciding"][0]["because"], "keys");
  EXPECT_EQ(json["tests"][1]["requests"][0]["finding"], "SBX4001");
  EXPECT_EQ(json["coverage"]["rules"][2]["decided"], false);
}

TEST(TestCommand, WritesWhatBuildServersRead) {
  EXPECT_NE(test_of(kPolicy, {"--format", "junit"}).out.find("<testsuite name=\"keys stay\""),
            std::string::npos);
  EXPECT_NE(test_of(kPolicy, {"--format", "tap"}).out.find("\nok 1 - keys stay\n"),
            std::string::npos);
}

}  // namespace
}  // namespace sbxc
