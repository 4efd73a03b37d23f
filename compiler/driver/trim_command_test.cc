// `sbxc trim` as a person meets it: what is printed where, and what is never lost.
#include <gtest/gtest.h>

#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc {
namespace {

using testing::read_whole;
using testing::RunResult;
using testing::ScratchDirectory;
using testing::write_whole;

constexpr const char* kGrown =
    "sbx 1\n# all of it\nallow read /srv/**  # here\nallow read /srv/a\nallow read /opt/b\n";
constexpr const char* kTrimmed =
    "sbx 1\n# all of it\nallow read /srv/**  # here\nallow read /opt/b\n";

class TrimCommand : public ::testing::Test {
 protected:
  RunResult trim(const std::string& policy, std::vector<std::string> options) {
    write_whole(path("p.sbx"), policy);
    return run_on("p.sbx", std::move(options));
  }
  RunResult run_on(const std::string& policy, std::vector<std::string> options,
                   const std::string& input = "") {
    options.insert(options.begin(), {"trim", policy});
    return testing::run_sbxc(scratch_.path(), std::move(options), input);
  }
  std::string path(const std::string& name) const { return scratch_.path() + "/" + name; }

 private:
  ScratchDirectory scratch_;
};

TEST_F(TrimCommand, PrintsThePolicyAndSaysWhyApart) {
  const RunResult result = trim(kGrown, {});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, kTrimmed);
  EXPECT_NE(result.err.find("allow read /srv/a\n    p.sbx:4:1\n"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("    p.sbx:3:1\n"), std::string::npos) << result.err;
  EXPECT_EQ(read_whole(path("p.sbx")), kGrown) << "untouched";
}

TEST_F(TrimCommand, WritesInPlaceOrToAFileOrADifference) {
  EXPECT_EQ(trim(kGrown, {"-o", "q.sbx"}).out, "");
  EXPECT_EQ(read_whole(path("q.sbx")), kTrimmed);
  EXPECT_NE(trim(kGrown, {"--diff"}).out.find("\n-allow read /srv/a\n"), std::string::npos);
  EXPECT_EQ(trim(kGrown, {"--in-place"}).out, "");
  EXPECT_EQ(read_whole(path("p.sbx")), kTrimmed);
  EXPECT_EQ(run_on("-", {}, kGrown).out, kTrimmed);
}

TEST_F(TrimCommand, CheckSaysWhetherAnythingCouldGo) {
  EXPECT_EQ(trim(kGrown, {"--check"}).status, 1);
  const RunResult result = trim(kTrimmed, {"--check"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "p.sbx: nothing can go\n");
}

TEST_F(TrimCommand, KeepsARuleWhoseReasonATestNames) {
  const std::string policy =
      "sbx 1\nallow read /srv/**\ndeny read /srv/k/**\ndeny read /srv/k/a because \"mine\"\n"
      "test \"t\" { deny read /srv/k/a because \"mine\" }\n";
  const RunResult result = trim(policy, {});
  EXPECT_EQ(result.out, policy);
  EXPECT_NE(result.err.find("the test \"t\" names its reason"), std::string::npos) << result.err;
}

TEST_F(TrimCommand, KeepsWhatACommentAccepts) {
  const std::string policy =
      "sbx 1\nallow read /srv/**\n# sbxc: accept covered-pattern \"we like it\"\n"
      "allow read /srv/a\n";
  const RunResult result = trim(policy, {});
  EXPECT_EQ(result.out, policy);
  EXPECT_NE(result.err.find("\"we like it\""), std::string::npos) << result.err;
}

TEST_F(TrimCommand, KeepsWhatDependsOnWhereItRuns) {
  const std::string policy = "sbx 1\nallow write ~/**\nallow write $cwd/**, /opt/a, /opt/a\n";
  const RunResult result = trim(policy, {"-D", "cwd=/home/you/project"});
  EXPECT_EQ(result.out, policy);
  EXPECT_NE(result.err.find("with another working or home directory it does"), std::string::npos)
      << result.err;
  EXPECT_EQ(trim("sbx 1\nallow write $cwd/**\nallow write $cwd/src/**\n", {}).out,
            "sbx 1\nallow write $cwd/**\n");
}

TEST_F(TrimCommand, SaysWhenItKnowsOnlyTheseDirectories) {
  const RunResult result =
      trim("sbx 1\nset env A = \"$cwd\"\nset env A = \"/srv/x\"\nallow read /a, /a\n",
           {"-D", "cwd=/srv/x"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(result.err.ends_with("that it got, with these directories\n")) << result.err;
}

TEST_F(TrimCommand, KeepsDeniesWhenAsked) {
  const std::string policy = "sbx 1\nallow read /srv/**\ndeny read /opt/x\n";
  EXPECT_EQ(trim(policy, {"--keep-denies"}).out, policy);
  EXPECT_EQ(trim(policy, {}).out, "sbx 1\nallow read /srv/**\n");
}

TEST_F(TrimCommand, LeavesUsedFilesAloneAndSaysSo) {
  write_whole(path("team.sbx"), "sbx 1\nallow read /srv/a\n");
  const std::string policy = "sbx 1\nuse \"team.sbx\"\nallow read /srv/**\n";
  const RunResult result = trim(policy, {});
  EXPECT_EQ(result.out, policy);
  EXPECT_NE(result.err.find("kept, although it changes nothing: use \"team.sbx\"\n    p.sbx:2:1\n"),
            std::string::npos)
      << result.err;
}

TEST_F(TrimCommand, TakesOutWhatACutMakesSuperfluous) {
  EXPECT_EQ(trim("sbx 1\nallow read /a/** except /a/b\nallow read /a/b\n", {}).out,
            "sbx 1\nallow read /a/**\n");
}

TEST_F(TrimCommand, NamesSetsThatNothingUsesAnyMore) {
  const RunResult result = trim(
      "sbx 1\npolicy p\nlet some = { /srv/a, /srv/b }\nallow read /srv/**\nallow read some\n", {});
  EXPECT_EQ(result.out, "sbx 1\npolicy p\nlet some = { /srv/a, /srv/b }\nallow read /srv/**\n");
  EXPECT_NE(result.err.find("`some`"), std::string::npos) << result.err;
}

TEST_F(TrimCommand, HandlesStatementsThatShareALine) {
  EXPECT_EQ(trim("sbx 1\nallow read /srv/**\non linux { allow read /srv/a }\n", {}).out,
            "sbx 1\nallow read /srv/**\non linux {  }\n");
}

TEST_F(TrimCommand, DoesNothingToWhatItCannotRead) {
  const RunResult result = trim("sbx 1\nallow reed /srv/**\n", {"--in-place"});
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(read_whole(path("p.sbx")), "sbx 1\nallow reed /srv/**\n");
}

TEST_F(TrimCommand, GivesUpWithTheRulesToBlame) {
  const RunResult result = trim("sbx 1\nallow read /srv/*a??????????????????\n", {});
  EXPECT_EQ(result.status, 5);
  EXPECT_EQ(result.out, "");
  EXPECT_NE(result.err.find("SBX0010"), std::string::npos);
}

}  // namespace
}  // namespace sbxc
