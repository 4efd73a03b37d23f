// `sbxc show --stage nfa` and `dfa`: small automata whole, large ones cut short.
#include <gtest/gtest.h>

#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc {
namespace {

using testing::RunResult;

RunResult show(const std::string& policy, std::vector<std::string> options) {
  options.insert(options.begin(), {"show", "p.sbx", "--stage"});
  return testing::run_sbxc_beside(policy, std::move(options));
}

TEST(ShowStage, ListsTheStatesOfADecision) {
  EXPECT_EQ(show("sbx 1\nallow env A\n", {"dfa", "--operation", "env"}).out,
            "env on linux: 3 states\n"
            "0 start  no request\n"
            "    [^\\x00/A]    → 2\n"
            "    A            → 3\n"
            "2  deny\n"
            "    [^\\x00/]     → 2\n"
            "3  allow\n"
            "    [^\\x00/]     → 2\n");
}

TEST(ShowStage, NamesTheRulesBehindTheMarks) {
  const RunResult result = show("sbx 1\nallow read /a/*\ndeny read /a/b except /c\n", {"nfa"});
  EXPECT_EQ(result.status, 0);
  EXPECT_NE(result.out.find("allow read p.sbx:2:1"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("except of deny read p.sbx:3:1"), std::string::npos) << result.out;
}

TEST(ShowStage, WritesForGraphviz) {
  for (const char* stage : {"nfa", "dfa"}) {
    const RunResult plain = show("sbx 1\nallow read /a/**\n", {stage, "--format", "dot"});
    EXPECT_TRUE(plain.out.starts_with("digraph \"read on linux\" {\n")) << plain.out << plain.err;
    EXPECT_TRUE(plain.out.ends_with("}\n"));
    EXPECT_NE(plain.out.find("shape=doublecircle"), std::string::npos);
  }
}

TEST(ShowStage, IsCutShort) {
  std::string policy = "sbx 1\n";
  for (int i = 0; i < 300; ++i) policy += "allow read /r" + std::to_string(i * 7919) + "\n";
  for (const char* stage : {"nfa", "dfa"}) {
    const RunResult result = show(policy, {stage});
    EXPECT_NE(result.out.find(" more states\n"), std::string::npos);
    EXPECT_LT(result.out.size(), 40'000U);
  }
}

TEST(ShowStage, SendsWhoAsksForTablesElsewhere) {
  const RunResult result = show("sbx 1\nallow connect a.com\n", {"dfa", "--operation", "connect"});
  EXPECT_EQ(result.status, 3);
  EXPECT_NE(result.err.find("`sbxc query connect p.sbx`"), std::string::npos);
}

TEST(ShowStage, EndsInFiveOverTheBudget) {
  const RunResult result = show("sbx 1\nallow read /srv/*a??????????????????\n", {"dfa"});
  EXPECT_EQ(result.status, 5);
  EXPECT_NE(result.err.find("SBX0010"), std::string::npos);
}

}  // namespace
}  // namespace sbxc
