// What is printed as JSON is held to the schemas in docs/schemas/ by a validator that is not ours
// (python3-jsonschema), and SARIF to what its readers need.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "compiler/testing/run_program.h"

namespace sbxc {
namespace {

namespace fs = std::filesystem;
using testing::read_whole;
using testing::run_program;
using testing::RunResult;
using testing::ScratchDirectory;
using testing::write_whole;

const std::string kTestdata = std::string(SBXC_SOURCE_DIR) + "/compiler/testdata";
constexpr const char* kPython = "/usr/bin/python3";

RunResult validate(const std::string& schema, const std::vector<std::string>& instances) {
  std::vector<std::string> argv = {kPython, "-W", "ignore", "-m", "jsonschema"};
  for (const std::string& instance : instances) argv.insert(argv.end(), {"-i", instance});
  argv.push_back(std::string(SBXC_SOURCE_DIR) + "/docs/schemas/" + schema);
  return run_program({.argv = argv, .environment = {{"PATH", "/usr/bin:/bin"}}});
}

std::string json_of(const std::string& command, const std::string& file,
                    std::vector<std::string> options = {}) {
  std::vector<std::string> argv = {SBXC_PROGRAM, command, "--format", "json", file};
  for (const char* define :
       {"cwd=/home/user/project", "home=/home/user", "tmp=/tmp", "user=user"}) {
    argv.insert(argv.end(), {"-D", define});
  }
  argv.insert(argv.end(), options.begin(), options.end());
  return run_program(
             {.argv = argv, .directory = kTestdata, .environment = {{"PATH", "/usr/bin:/bin"}}})
      .out;
}

// Some of the bad policies, always the same, of all parts of the alphabet.
std::vector<std::string> some_policies() {
  std::vector<std::string> all;
  for (const auto& entry : fs::directory_iterator(kTestdata)) {
    if (entry.path().extension() == ".sbx") all.push_back(entry.path().filename().string());
  }
  std::sort(all.begin(), all.end());
  std::vector<std::string> some;
  for (size_t i = 0; i < all.size(); i += 6) some.push_back(all[i]);
  return some;
}

TEST(Schemas, AreOnesThatAValidatorCanFail) {
  ASSERT_TRUE(fs::exists(kPython)) << "./dev test installs it";
  const ScratchDirectory scratch;
  const std::string file = scratch.path() + "/wrong.json";
  for (const char* wrong :
       {R"({"format": "sbxc-findings", "version": 1})",
        R"({"format": "sbxc-findings", "version": 2, "findings": []})",
        R"({"format": "sbxc-findings", "version": 1, "findings": [{"id": "SBX1"}]})"}) {
    write_whole(file, wrong);
    EXPECT_NE(validate("check.schema.json", {file}).status, 0) << wrong;
  }
  write_whole(file, R"({"format": "sbxc-findings", "version": 1, "findings": []})");
  const RunResult right = validate("check.schema.json", {file});
  EXPECT_EQ(right.status, 0) << right.out << right.err;
}

TEST(Schemas, HoldFindings) {
  const ScratchDirectory scratch;
  std::vector<std::string> files;
  for (const std::string& policy : some_policies()) {
    files.push_back(scratch.path() + "/" + policy + ".json");
    write_whole(files.back(), json_of("check", policy));
  }
  EXPECT_GT(files.size(), 40U);
  const RunResult result = validate("check.schema.json", files);
  EXPECT_EQ(result.status, 0) << result.out << result.err;
}

TEST(Schemas, HoldResultsOfTests) {
  const ScratchDirectory scratch;
  std::vector<std::string> files;
  for (const char* policy :
       {"bad_test_failed.sbx", "bad_test_failed_ask.sbx", "asserts.sbx",
        "bad_test_failed_on_one_system.sbx", "bad_test_passes_for_another_reason.sbx"}) {
    for (const std::vector<std::string>& options :
         std::vector<std::vector<std::string>>{{}, {"--threshold", "50"}}) {
      files.push_back(scratch.path() + "/" + std::to_string(files.size()) + ".json");
      write_whole(files.back(), json_of("test", policy, options));
    }
  }
  const RunResult result = validate("test.schema.json", files);
  EXPECT_EQ(result.status, 0) << result.out << result.err;
}

TEST(Sarif, OfFindingsNamesTheirPagesAndPlaces) {
  const RunResult result =
      run_program({.argv = {SBXC_PROGRAM, "check", "--format", "sarif", "bad_grant_under_deny.sbx"},
                   .directory = kTestdata,
                   .environment = {{"PATH", "/usr/bin:/bin"}}});
  const auto run = nlohmann::json::parse(result.out)["runs"][0];
  ASSERT_FALSE(run["results"].empty());
  for (const auto& found : run["results"]) {
    const auto& rule = run["tool"]["driver"]["rules"][found["ruleIndex"].get<size_t>()];
    EXPECT_EQ(rule["id"], found["ruleId"]);
    EXPECT_NE(rule["help"]["markdown"].get<std::string>().find("## Fix"), std::string::npos);
  }
  EXPECT_EQ(run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "bad_grant_under_deny.sbx");
  EXPECT_FALSE(run["results"][0]["relatedLocations"].empty());
}

}  // namespace
}  // namespace sbxc
