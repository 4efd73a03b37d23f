// `sbxc diff` as a person and a build server meet it: statuses, formats, bad input. What is said of
// changes is held in compiler/report/difference_test.cc.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc {
namespace {

using testing::RunResult;
using testing::ScratchDirectory;
using testing::write_whole;

const std::string kPairs = std::string(SBXC_SOURCE_DIR) + "/compiler/testdata/diff";

RunResult diff(const std::string& directory, std::vector<std::string> words,
               std::string input = {}) {
  words.insert(words.begin(), "diff");
  return testing::run_sbxc(directory, std::move(words), std::move(input));
}

// Two policies of which the second allows one file more.
class Diff : public ::testing::Test {
 protected:
  void SetUp() override {
    write_whole(scratch_.path() + "/old.sbx", "sbx 1\nallow read /a/**\n");
    write_whole(scratch_.path() + "/new.sbx", "sbx 1\nallow read /a/**, /b\n");
  }
  int status(std::vector<std::string> words) const {
    return diff(scratch_.path(), std::move(words)).status;
  }

  ScratchDirectory scratch_;
};

TEST_F(Diff, StatusSaysWhetherThereIsAChangeOfTheAskedKind) {
  EXPECT_EQ(status({"old.sbx", "new.sbx"}), 1);
  EXPECT_EQ(status({"old.sbx", "old.sbx"}), 0);
  EXPECT_EQ(status({"--fail-on", "widened", "old.sbx", "new.sbx"}), 1);
  EXPECT_EQ(status({"--fail-on", "narrowed", "old.sbx", "new.sbx"}), 0);
  EXPECT_EQ(status({"--fail-on", "widened", "new.sbx", "old.sbx"}), 0);
  EXPECT_EQ(status({"--fail-on", "none", "old.sbx", "new.sbx"}), 0);
}

TEST_F(Diff, BadInputIsStatusThreeAndPrintsNoDifference) {
  write_whole(scratch_.path() + "/bad.sbx", "sbx 1\nallow raed /a\n");
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"old.sbx", "bad.sbx"},
                                             {"bad.sbx", "old.sbx"},
                                             {"old.sbx", "missing.sbx"},
                                             {"-", "-"}}) {
    const RunResult result = diff(scratch_.path(), words);
    EXPECT_EQ(result.status, 3) << words[0] << " " << words[1];
    EXPECT_EQ(result.out, "");
    EXPECT_NE(result.err, "");
  }
}

TEST_F(Diff, EitherSideMayBeStandardInput) {
  const RunResult result = diff(scratch_.path(), {"-", "new.sbx"}, "sbx 1\nallow read /a/**\n");
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.out.find("new.sbx, compared with <stdin>: it allows more than before"),
            std::string::npos)
      << result.out;
}

TEST_F(Diff, SarifHasAResultWithAPlaceForEveryChange) {
  const RunResult result = diff(scratch_.path(), {"--format", "sarif", "old.sbx", "new.sbx"});
  EXPECT_EQ(result.status, 1);
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["version"], "2.1.0");
  const auto& run = json["runs"][0];
  ASSERT_EQ(run["results"].size(), 1U);
  const auto& found = run["results"][0];
  EXPECT_EQ(found["level"], "warning");
  EXPECT_EQ(run["tool"]["driver"]["rules"][found["ruleIndex"].get<size_t>()]["id"],
            found["ruleId"]);
  EXPECT_EQ(found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "new.sbx");
  EXPECT_EQ(found["locations"][0]["physicalLocation"]["region"]["startLine"], 2);
}

TEST(DiffJson, IsWhatItsSchemaSays) {
  const ScratchDirectory scratch;
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(kPairs)) {
    const RunResult result =
        diff(entry.path().string(), {"--format", "json", "before.sbx", "after.sbx"});
    EXPECT_NE(result.out, "") << result.err;
    files.push_back(scratch.path() + "/" + entry.path().filename().string() + ".json");
    write_whole(files.back(), result.out);
  }
  EXPECT_GE(files.size(), 10U);
  const RunResult result = testing::validate("diff.schema.json", files);
  EXPECT_EQ(result.status, 0) << result.out << result.err;
  const std::string wrong = scratch.path() + "/wrong.json";
  write_whole(wrong, R"({"format": "sbxc-diff", "version": 1})");
  EXPECT_NE(testing::validate("diff.schema.json", {wrong}).status, 0);
}

}  // namespace
}  // namespace sbxc
