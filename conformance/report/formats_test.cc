// Each form of a failing report, read by a program that is not ours.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "conformance/report/sample_run_for_test.h"
#include "conformance/report/validators_for_test.h"

namespace sbxc::conform {
namespace {

using testing::empty_run;
using ::testing::HasSubstr;
using testing::json_reader;
using testing::Judged;
using testing::junit_reader;
using testing::kHostile;
using ::testing::Not;
using testing::outcome;
using testing::RunResult;
using testing::sample_baseline;
using testing::sample_run;
using testing::ScratchDirectory;
using testing::tap_reader;
using testing::write_whole;

class Reports : public ::testing::Test {
 protected:
  std::string file(const std::string& text) {
    const std::string path = scratch_.path() + "/report-" + std::to_string(++count_);
    write_whole(path, text);
    return path;
  }
  // A run that held, one in which everything went wrong, one compared, one that tried nothing.
  std::vector<std::string> in(Format format) {
    conform::Run held = empty_run();
    held.outcomes.push_back(outcome("FSR-001", "file reads", Blocked{}));
    conform::Run interrupted = empty_run();
    interrupted.interrupted = true;
    std::vector<std::string> files;
    files.push_back(file(write(Judged(held).report(), format, {})));
    files.push_back(file(write(failing_.report(), format, {})));
    files.push_back(file(write(Judged(sample_run()).report(), format, {})));
    files.push_back(file(write(Judged(interrupted).report(), format, {})));
    return files;
  }
  std::string failing(Format format) { return write(failing_.report(), format, {}); }
  nlohmann::json sarif_run() { return nlohmann::json::parse(failing(Format::sarif))["runs"][0]; }

  Judged failing_{sample_run(), {}, sample_baseline()};

 private:
  ScratchDirectory scratch_;
  int count_ = 0;
};

TEST_F(Reports, InJsonAreWhatTheSchemaSays) {
  for (const std::string& each : in(Format::json)) {
    const RunResult read = json_reader("docs/schemas/conform.schema.json", each);
    EXPECT_EQ(read.status, 0) << read.out << read.err;
  }
}

TEST_F(Reports, InJsonAreHeldToASchemaThatCanFail) {
  nlohmann::json json = nlohmann::json::parse(failing(Format::json));
  json["probes"][0].erase("seen");
  EXPECT_NE(json_reader("docs/schemas/conform.schema.json", file(json.dump())).status, 0);
}

TEST_F(Reports, InJsonSayEverything) {
  const nlohmann::json json = nlohmann::json::parse(failing(Format::json));
  EXPECT_EQ(json["standing"], "failed");
  EXPECT_EQ(json["totals"]["escaped"], 4);
  EXPECT_EQ(json["probes"].size(), 13U);
  EXPECT_EQ(json["probes"][1]["refused"]["error"], "EACCES");
  EXPECT_EQ(json["probes"][3]["expected_failure"]["until"], "2027-01-01");
  EXPECT_EQ(json["compared"]["missing"][0], "FSR-900");
  EXPECT_EQ(json["compared"]["worse"].size(), 2U);
  EXPECT_THAT(json["probes"][0]["said"], HasSubstr("start\ngot 64\n"));
  EXPECT_THAT(failing(Format::json), Not(HasSubstr("\x1b")));
}

TEST_F(Reports, InJUnitAreWhatItsSchemaSays) {
  for (const std::string& each : in(Format::junit)) {
    const RunResult read = junit_reader(each);
    EXPECT_EQ(read.status, 0) << read.out << read.err;
  }
}

TEST_F(Reports, InJUnitAreHeldToASchemaThatCanFail) {
  std::string text = failing(Format::junit);
  text.replace(text.find("<failure message"), 16, "<failure massage");
  EXPECT_NE(junit_reader(file(text)).status, 0);
}

TEST_F(Reports, InJUnitTellFailuresFromErrorsAndWhatIsSkipped) {
  const std::string text = failing(Format::junit);
  // The stale expectation and the missing probe are failures too; the expected escape is skipped.
  EXPECT_THAT(text, HasSubstr("tests=\"14\" failures=\"6\" errors=\"3\" skipped=\"2\" time=\""));
  EXPECT_THAT(text, HasSubstr("<testsuite name=\"unix sockets\" tests=\"4\" failures=\"1\" "
                              "errors=\"2\" skipped=\"1\""));
  EXPECT_THAT(text, HasSubstr("type=\"worse-than-baseline\""));
  EXPECT_THAT(text, HasSubstr("<skipped message=\"expected until 2027-01-01: "));
  EXPECT_THAT(text, Not(HasSubstr("<script")));
}

TEST_F(Reports, InTapAreReadByPerlsHarness) {
  const RunResult read = tap_reader(file(failing(Format::tap)));
  EXPECT_EQ(read.out,
            "planned 14\nrun 14\nfailed 1,5,7,8,9,10,11,13,14\nskipped 12\ntodo 4\n"
            "passed unexpectedly \nerrors \n")
      << failing(Format::tap) << read.err;
  for (const std::string& each : in(Format::tap)) {
    EXPECT_THAT(tap_reader(each).out, HasSubstr("errors \n"));
  }
}

TEST_F(Reports, InTapPassForProveOnlyIfTheyHeld) {
  const std::vector<std::string> files = in(Format::tap);
  std::vector<int> statuses;
  for (const std::string& each : files) {
    statuses.push_back(testing::run_reader({"/usr/bin/prove", "-e", "/bin/cat", each}).status);
  }
  EXPECT_EQ(statuses[0], 0);
  for (size_t i = 1; i < statuses.size(); ++i) EXPECT_NE(statuses[i], 0) << i;
}

TEST_F(Reports, InSarifAreWhatTheStandardSaysOfTheirParts) {
  for (const std::string& each : in(Format::sarif)) {
    const RunResult read = json_reader("conformance/report/testdata/sarif.schema.json", each);
    EXPECT_EQ(read.status, 0) << read.out << read.err;
  }
}

TEST_F(Reports, InSarifPointAtTheRuleOrThePolicy) {
  const nlohmann::json run = sarif_run();
  EXPECT_EQ(run["results"].size(), 7U);
  for (const auto& result : run["results"]) {
    EXPECT_EQ(run["tool"]["driver"]["rules"][result["ruleIndex"].get<size_t>()]["id"],
              result["ruleId"]);
    const auto& place = result["locations"][0]["physicalLocation"];
    EXPECT_EQ(place["artifactLocation"]["uri"], "agent.sbx");
    EXPECT_EQ(place["region"]["startLine"], result["ruleId"] == "POL-001" ? 12 : 1);
  }
  EXPECT_EQ(run["results"][0]["partialFingerprints"]["sbxcProbe/v1"], "FSR-001/linux");
  EXPECT_EQ(run["automationDetails"]["id"], "sbxc-conform/bwrap/agent-sbx/linux/");
}

TEST_F(Reports, InSarifSuppressWhatIsExpectedAndNoticeWhatIsInDoubt) {
  const nlohmann::json run = sarif_run();
  const nlohmann::json expected = run["results"][1];
  EXPECT_EQ(expected["ruleId"], "FSR-004");
  EXPECT_EQ(expected["suppressions"][0]["kind"], "external");
  const nlohmann::json invocation = run["invocations"][0];
  EXPECT_EQ(invocation["executionSuccessful"], false);
  EXPECT_EQ(invocation["toolExecutionNotifications"].size(), 3U);
}

TEST_F(Reports, OfARunThatHeldHaveNoResultsInSarif) {
  conform::Run held = empty_run();
  held.outcomes.push_back(outcome("FSR-001", "file reads", Blocked{}));
  const auto run =
      nlohmann::json::parse(write(Judged(held).report(), Format::sarif, {}))["runs"][0];
  EXPECT_TRUE(run["results"].empty());
  EXPECT_EQ(run["invocations"][0]["executionSuccessful"], true);
}

TEST_F(Reports, HaveNamesForTheirForms) {
  EXPECT_EQ(format_named("junit"), Format::junit);
  EXPECT_EQ(format_named("JUnit"), std::nullopt);
}

}  // namespace
}  // namespace sbxc::conform
