// `sbxc test --mutate`: what is printed to paste is pasted, and then nothing is left to notice.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc {
namespace {

using testing::RunResult;

RunResult test_of(const std::string& policy, std::vector<std::string> options) {
  options.insert(options.begin(), {"test", "p.sbx"});
  return testing::run_sbxc_beside(policy, std::move(options));
}

// The statements at the end of what is printed.
std::string to_paste(const std::string& printed) {
  const std::string mark = "noticed by:\n\n";
  const size_t begin = printed.find(mark);
  if (begin == std::string::npos) return {};
  const size_t end = printed.find("\n\n", begin + mark.size());
  size_t last = end;
  // Several statements have an empty line between them; the summary comes last.
  for (size_t at = end; at != std::string::npos; at = printed.find("\n\n", at + 1)) last = at;
  return printed.substr(begin + mark.size(), last + 1 - begin - mark.size());
}

class Survivors : public ::testing::TestWithParam<const char*> {};

TEST_P(Survivors, AreNoneOnceTheTestIsPasted) {
  const std::string policy = std::string("sbx 1\n") + GetParam();
  const RunResult before = test_of(policy, {"--mutate"});
  EXPECT_EQ(before.status, 0) << before.err;
  const std::string pasted = to_paste(before.out);
  ASSERT_NE(pasted, "") << before.out;
  const RunResult after = test_of(policy + "\n" + pasted, {"--min-score", "100"});
  EXPECT_EQ(after.status, 0) << pasted << after.out << after.err;
  EXPECT_EQ(after.out.find("not noticed:"), std::string::npos) << after.out;
}

INSTANTIATE_TEST_SUITE_P(
    Policies, Survivors,
    ::testing::Values(
        "allow write /w/**\ndeny read /w/k/** except /w/k/p because \"keys\"\n"
        "test \"t\" { deny read /w/k/a }\n",
        "on linux { allow read /w/** }\non macos { allow read /v/* }\nallow read /both/**\n"
        "test \"t\" { allow read /both/a }\n",
        "allow connect a.com, *.b.com:8000-8100, 10.0.0.0/8\nask connect *.c.com\n"
        "test \"t\" { deny connect d.com }\n",
        "allow read \"/srv/with space/*\", /srv/[!a-z]/**\nallow env LC_*, PATH\n"
        "allow socket /run/a, @b*\n"
        "test \"what no test noticed\" { allow env PATH }\n",
        "allow exec /usr/bin/**\nallow read /usr/**\nallow mach com.apple.*\nallow syscall mount\n"
        "allow listen localhost:3000-3999\n"));

TEST(Mutation, CountsWhatIsNoticedAndWhatChangesNothing) {
  const RunResult fine = test_of(
      "sbx 1\nallow read /a/**\ntest \"t\" {\n allow read /a/b, /a, /a/b/c\n deny write /a/b\n}\n",
      {"--mutate", "--format", "json"});
  ASSERT_EQ(fine.status, 0) << fine.err;
  const auto json = nlohmann::json::parse(fine.out)["mutation"];
  EXPECT_EQ(json["score"], 100.0);
  EXPECT_EQ(json["killed"], json["mutants"]);
  EXPECT_FALSE(json.contains("test"));
}

TEST(Mutation, FailsBelowTheScore) {
  const std::string policy = "sbx 1\nallow read /a/**, /b/**\ntest \"t\" { allow read /a/b }\n";
  EXPECT_EQ(test_of(policy, {"--min-score", "1"}).status, 0);
  const RunResult result = test_of(policy, {"--min-score", "99"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("of the faults, less than 99 %\n"), std::string::npos) << result.err;
}

TEST(Mutation, IsNotTriedWhileATestFails) {
  const RunResult result =
      test_of("sbx 1\nallow read /a/**\ntest \"t\" { deny read /a/b }\n", {"--mutate"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("no faults are tried while a test fails"), std::string::npos);
}

TEST(Mutation, UsesTheChosenTestsAlone) {
  const std::string policy =
      "sbx 1\nallow read /a\ntest \"one\" { allow read /a\n deny write /a }\n"
      "test \"two\" { deny read /b }\n";
  const auto score = [&](const std::string& expression) {
    const RunResult result = test_of(policy, {"--mutate", "--format", "json", "--run", expression});
    return nlohmann::json::parse(result.out)["mutation"]["score"].get<double>();
  };
  EXPECT_GT(score("^one$"), score("^two$"));
}

TEST(Mutation, SaysWhatIsTooEntangledToDecide) {
  const std::string policy =
      "sbx 1\nallow read /srv/*a??????????????????\ntest \"t\" { deny read /b }\n";
  const RunResult result = test_of(policy, {"--mutate"});
  EXPECT_EQ(result.status, 5);
  EXPECT_NE(result.out.find("note: whether "), std::string::npos) << result.out;
  EXPECT_NE(result.err.find("SBX0010"), std::string::npos) << result.err;
  EXPECT_EQ(test_of(policy, {"--min-score", "50"}).status, 5);
  EXPECT_EQ(test_of(policy, {"--min-score", "0"}).status, 0);
}

TEST(Mutation, GivesUpOnTooManyFaults) {
  std::string policy = "sbx 1\nallow read /a";
  for (int i = 0; i < 1000; ++i) policy += ", /r" + std::to_string(i);
  const RunResult result = test_of(policy + "\ntest \"t\" { allow read /a }\n", {"--mutate"});
  EXPECT_EQ(result.status, 5);
  EXPECT_NE(result.err.find("are too many to try"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace sbxc
