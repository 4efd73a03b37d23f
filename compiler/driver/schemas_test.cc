// What is printed as JSON is held to the schemas in docs/schemas/ by a validator that is not ours
// (python3-jsonschema), and SARIF to what its readers need.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc {
namespace {

namespace fs = std::filesystem;
using testing::read_whole;
using testing::run_sbxc;
using testing::RunResult;
using testing::ScratchDirectory;
using testing::validate;
using testing::write_whole;

const std::string kTestdata = std::string(SBXC_SOURCE_DIR) + "/compiler/testdata";
constexpr const char* kAsked = R"(sbx 1
use std/base
allow write   /srv/app/**, /srv/app/logs
deny  write   /srv/app/**/.git/hooks/**  because "runs later"
allow read    /srv/** except /opt, /srv/app/keys/**
allow connect *.npmjs.org, 10.0.0.0/8:5432
ask   connect *.example.com
allow listen  localhost:3000-3999
on linux { deny syscall io_uring_setup }
deny  socket  /run/x.sock
test "hooks stay" { deny write /srv/app/.git/hooks/a because "runs later" }
)";
constexpr const char* kProfile =
    "(version 1)\n(deny default)\n(allow file-read* (subpath \"/usr\"))\n";

std::string json_of(const std::string& command, const std::string& file,
                    const std::vector<std::string>& options = {}) {
  std::vector<std::string> words = {command, "--format", "json", file};
  for (const char* define :
       {"cwd=/home/user/project", "home=/home/user", "tmp=/tmp", "user=user"}) {
    words.insert(words.end(), {"-D", define});
  }
  words.insert(words.end(), options.begin(), options.end());
  return run_sbxc(kTestdata, std::move(words)).out;
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

TEST(Schemas, HoldResultsOfTestsForBuildServers) {
  const ScratchDirectory scratch;
  const std::string file = scratch.path() + "/junit.xml";
  for (const char* policy : {"bad_test_failed.sbx", "asserts.sbx"}) {
    write_whole(file, run_sbxc(kTestdata, {"test", "--format", "junit", policy}).out);
    const RunResult result = testing::run_program(
        {.argv = {"/usr/bin/xmllint", "--noout", "--nonet", "--schema",
                  std::string(SBXC_SOURCE_DIR) + "/docs/schemas/junit.xsd", file}});
    EXPECT_EQ(result.status, 0) << result.err;
  }
}

TEST(Schemas, HoldFindingsThatCommentsAccept) {
  const ScratchDirectory scratch;
  const std::string file = scratch.path() + "/accepted.json";
  write_whole(file, json_of("check", "bad_accepting_comment_json.sbx"));
  EXPECT_NE(read_whole(file).find("\"accepted\""), std::string::npos);
  const RunResult result = validate("check.schema.json", {file});
  EXPECT_EQ(result.status, 0) << result.out << result.err;
}

// A command with its words, the policy at their end where it belongs.
struct Asked {
  std::string command;
  std::vector<std::string> words;
};

// Every answer is held to the schema.
void expect_answers(const std::string& schema, const std::vector<Asked>& questions) {
  const ScratchDirectory scratch;
  write_whole(scratch.path() + "/p.sbx", kAsked);
  write_whole(scratch.path() + "/tool.sb", kProfile);
  std::vector<std::string> files;
  for (const Asked& asked : questions) {
    std::vector<std::string> words = {asked.command, "--format", "json"};
    words.insert(words.end(), asked.words.begin(), asked.words.end());
    const RunResult result = run_sbxc(scratch.path(), std::move(words));
    ASSERT_FALSE(result.out.empty()) << asked.command << " " << asked.words[0] << result.err;
    files.push_back(scratch.path() + "/" + std::to_string(files.size()) + ".json");
    write_whole(files.back(), result.out);
  }
  const RunResult result = validate(schema, files);
  EXPECT_EQ(result.status, 0) << result.out << result.err;
}

TEST(Schemas, HoldExplanations) {
  expect_answers("explain.schema.json",
                 {{"explain", {"write", "/srv/app/.git/hooks/x", "p.sbx"}},
                  {"explain", {"connect", "npmjs.org", "p.sbx"}},
                  {"explain", {"connect", "www.npmjs.org:443", "p.sbx", "--os", "macos"}},
                  {"explain", {"syscall", "mount", "p.sbx"}},
                  {"explain", {"mach", "com.apple.x", "p.sbx"}},
                  {"explain", {"read", "/etc/hosts", "p.sbx"}},
                  {"explain", {"--profile", "tool.sb", "file-read-data", "/usr/bin/env"}},
                  {"explain", {"--profile", "tool.sb", "file-write-data", "/tmp/a"}},
                  {"explain", {"--profile", "tool.sb", "mach-lookup", "com.apple.x"}}});
}

TEST(Schemas, HoldQueries) {
  std::vector<Asked> questions;
  for (const char* operation :
       {"read", "write", "exec", "connect", "listen", "socket", "env", "syscall", "mach"}) {
    questions.push_back({"query", {operation, "p.sbx"}});
  }
  questions.push_back({"query", {"who", "can", "write", "/srv/app/**", "p.sbx"}});
  questions.push_back({"query", {"mach", "p.sbx", "--os", "linux"}});
  expect_answers("query.schema.json", questions);
}

TEST(Schemas, HoldVerifications) {
  expect_answers("verify.schema.json", {{"verify", {"p.sbx"}},
                                        {"verify", {"p.sbx", "-t", "seccomp,proxy"}},
                                        {"verify", {"p.sbx", "--static", "-t", "bwrap"}}});
}

TEST(Schemas, HoldWhatTrimLeaves) {
  expect_answers("trim.schema.json",
                 {{"trim", {"p.sbx"}}, {"trim", {"p.sbx", "--keep-denies", "--check"}}});
}

TEST(Schemas, HoldMutations) {
  const ScratchDirectory scratch;
  const RunResult result =
      testing::run_sbxc_beside(kAsked, {"test", "--format", "json", "--min-score", "5", "p.sbx"});
  const auto json = nlohmann::json::parse(result.out, nullptr, false);
  ASSERT_FALSE(json.is_discarded()) << result.out << result.err;
  EXPECT_FALSE(json["mutation"]["survivors"].empty());
  write_whole(scratch.path() + "/test.json", result.out);
  write_whole(scratch.path() + "/mutation.json", json["mutation"].dump());
  const RunResult test = validate("test.schema.json", {scratch.path() + "/test.json"});
  EXPECT_EQ(test.status, 0) << test.out << test.err;
  const RunResult mutation = validate("mutation.schema.json", {scratch.path() + "/mutation.json"});
  EXPECT_EQ(mutation.status, 0) << mutation.out << mutation.err;
}

TEST(Sarif, OfAcceptedFindingsIsSuppressedWithTheReason) {
  const RunResult result =
      run_sbxc(kTestdata, {"check", "--format", "sarif", "bad_accepting_comment_some_left.sbx"});
  const auto results = nlohmann::json::parse(result.out)["runs"][0]["results"];
  ASSERT_EQ(results.size(), 2U);
  EXPECT_TRUE(results[0]["suppressions"].empty()) << "present, for another result has some";
  ASSERT_EQ(results[1]["suppressions"].size(), 1U);
  EXPECT_EQ(results[1]["suppressions"][0]["kind"], "inSource");
  EXPECT_EQ(results[1]["suppressions"][0]["justification"], "a test bed");
}

TEST(Sarif, OfFindingsNamesTheirPagesAndPlaces) {
  const RunResult result =
      run_sbxc(kTestdata, {"check", "--format", "sarif", "bad_grant_under_deny.sbx"});
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
