// Twelve changes of a policy, each a pair under compiler/testdata/diff/: what is said of them is
// compared whole, and every request that is named is asked of `decide`, which knows no automata.
// SBXC_UPDATE=1 writes what is said, to be read before it is committed.
#include "compiler/report/difference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "compiler/diag/render.h"
#include "compiler/policy/decide.h"
#include "compiler/report/difference_json.h"
#include "compiler/report/difference_text.h"
#include "compiler/resolve/resolve.h"

namespace sbxc::report {
namespace {

namespace fs = std::filesystem;

const std::string kPairs = std::string(SBXC_SOURCE_DIR) + "/compiler/testdata/diff";

std::string read_whole(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Loaded {
  Sources sources;
  Diagnostics diagnostics;
  std::optional<Policy> policy;
  std::string name;

  DifferenceSide side() const { return side_of(*policy, sources, name); }
};

void load(Loaded& loaded, const std::string& name, const std::string& text) {
  ResolveOptions options;
  options.surroundings = {"/home/you/project", "/home/you", "/tmp", "you", {}};
  options.read_file = [](const std::string&, size_t) -> Result<std::string> { return ""; };
  loaded.name = name;
  loaded.policy =
      resolve_text(name, text, "/home/you/project", options, loaded.sources, loaded.diagnostics);
  ASSERT_TRUE(loaded.policy) << render(loaded.diagnostics, loaded.sources, {});
}

std::vector<std::string> pairs() {
  std::vector<std::string> all;
  for (const auto& entry : fs::directory_iterator(kPairs)) {
    all.push_back(entry.path().filename().string());
  }
  std::sort(all.begin(), all.end());
  return all;
}

class Pair : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string directory = kPairs + "/" + GetParam();
    load(before_, "before.sbx", read_whole(directory + "/before.sbx"));
    load(after_, "after.sbx", read_whole(directory + "/after.sbx"));
  }

  void check(const Change& change, Os os, bool gained) {
    for (const Witness& witness : change.witnesses) {
      const Decision was = decide(*before_.policy, os, witness.request);
      const Decision is = decide(*after_.policy, os, witness.request);
      EXPECT_EQ(was.verdict, witness.before) << witness.request.text();
      EXPECT_EQ(is.verdict, witness.after) << witness.request.text();
      EXPECT_EQ(was.deciding, witness.rules_before) << witness.request.text();
      EXPECT_EQ(is.deciding, witness.rules_after) << witness.request.text();
      EXPECT_EQ(is.verdict < was.verdict, gained) << witness.request.text();
    }
  }

  Loaded before_;
  Loaded after_;
};

TEST_P(Pair, IsToldAsAReviewerWouldTellIt) {
  const auto difference = difference_of(*before_.policy, *after_.policy);
  ASSERT_TRUE(difference);
  for (const OperationChange& change : difference->operations) {
    for (const Os os : {Os::linux, Os::macos}) {
      if (!change.on.has(os)) continue;
      check(change.comparison.gained, os, true);
      check(change.comparison.lost, os, false);
    }
  }
  const std::string text = write_text(*difference, before_.side(), after_.side());
  const std::string golden = kPairs + "/" + GetParam() + "/expected.txt";
  const char* update = std::getenv("SBXC_UPDATE");
  if (update != nullptr && *update == '1') std::ofstream(golden) << text;
  EXPECT_EQ(text, read_whole(golden));
}

TEST_P(Pair, ReadBackwardsSaysTheOpposite) {
  const auto forth = difference_of(*before_.policy, *after_.policy);
  const auto back = difference_of(*after_.policy, *before_.policy);
  ASSERT_TRUE(forth && back);
  ASSERT_EQ(forth->operations.size(), back->operations.size());
  for (size_t i = 0; i < forth->operations.size(); ++i) {
    const Comparison& one = forth->operations[i].comparison;
    const Comparison& other = back->operations[i].comparison;
    EXPECT_EQ(one.gained.patterns.globs, other.lost.patterns.globs);
    EXPECT_EQ(one.lost.patterns.globs, other.gained.patterns.globs);
  }
  EXPECT_EQ(fails(forth->relation(), FailOn::widened), fails(back->relation(), FailOn::narrowed));
}

TEST_P(Pair, HasNothingThatCouldBreakOutOfMarkdown) {
  const auto difference = difference_of(*before_.policy, *after_.policy);
  ASSERT_TRUE(difference);
  const std::string text = write_markdown(*difference, before_.side(), after_.side());
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_EQ(std::count(line.begin(), line.end(), '`') % 2, 0) << line;
  }
}

INSTANTIATE_TEST_SUITE_P(Changes, Pair, ::testing::ValuesIn(pairs()),
                         [](const auto& one) { return one.param; });

TEST(Difference, ThereAreTenChangesAtLeast) { EXPECT_GE(pairs().size(), 10U); }

TEST(Difference, OfAPolicyAndItselfIsNone) {
  Loaded a;
  Loaded b;
  load(a, "a.sbx", "sbx 1\nuse std/agent\n");
  load(b, "b.sbx", "sbx 1\nuse std/agent\n");
  const auto difference = difference_of(*a.policy, *b.policy);
  ASSERT_TRUE(difference) << name_of(difference.error().over.operation) << " takes "
                          << difference.error().over.states;
  EXPECT_EQ(difference->relation(), Relation::equivalent);
  EXPECT_EQ(write_text(*difference, a.side(), b.side()),
            "a.sbx and b.sbx are equivalent: every request gets the same verdict\n");
}

TEST(Difference, OverTheBudgetIsNeverEquivalent) {
  Loaded a;
  Loaded b;
  load(a, "a.sbx", "sbx 1\nallow read /a/**/b/*/c/**/d\n");
  load(b, "b.sbx", "sbx 1\nallow read /a/**/b/*/c/**/d, /a/**/d/*/c\n");
  const auto difference = difference_of(*a.policy, *b.policy, {.states = 4});
  ASSERT_FALSE(difference);
  EXPECT_EQ(difference.error().side, Side::before);
}

TEST(Difference, LevelsAskForOneDirectionOrBoth) {
  EXPECT_TRUE(fails(Relation::wider, FailOn::widened));
  EXPECT_FALSE(fails(Relation::narrower, FailOn::widened));
  EXPECT_TRUE(fails(Relation::narrower, FailOn::narrowed));
  EXPECT_FALSE(fails(Relation::wider, FailOn::narrowed));
  for (const FailOn level : {FailOn::widened, FailOn::narrowed, FailOn::any}) {
    EXPECT_TRUE(fails(Relation::incomparable, level));
    EXPECT_FALSE(fails(Relation::equivalent, level));
  }
  EXPECT_FALSE(fails(Relation::incomparable, FailOn::none));
}

TEST(Difference, CodeSpansHoldBackticksAndBars) {
  Loaded a;
  Loaded b;
  load(a, "a.sbx", "sbx 1\n");
  load(b, "b.sbx", "sbx 1\nallow read \"/x`` | <b>y\"\n");
  const auto difference = difference_of(*a.policy, *b.policy);
  ASSERT_TRUE(difference);
  const std::string text = write_markdown(*difference, a.side(), b.side());
  EXPECT_NE(text.find("for example ``` /x`` | <b>y ```"), std::string::npos) << text;
  EXPECT_NE(text.find("| ``` /x``\\ \\|\\ <b>y ``` |"), std::string::npos) << text;
}

TEST(Difference, SarifPointsAtTheNewLineFirst) {
  Loaded a;
  Loaded b;
  load(a, "a.sbx", "sbx 1\nallow read /a/**\ndeny read /a/b/**\n");
  load(b, "b.sbx", "sbx 1\n\nallow read /a/**\n");
  const auto difference = difference_of(*a.policy, *b.policy);
  ASSERT_TRUE(difference);
  const SarifLog log = sarif_log_of(*difference, a.side(), b.side());
  ASSERT_EQ(log.results.size(), 1U);
  const SarifResult& result = log.results[0];
  EXPECT_EQ(result.message, "read: newly allowed: `/a/b/**`. For example `/a/b`.");
  ASSERT_TRUE(result.at);
  EXPECT_EQ(result.at->file, "b.sbx");
  EXPECT_EQ(result.at->begin.line, 3U);
  ASSERT_EQ(result.related.size(), 1U);
  EXPECT_EQ(result.related[0].file, "a.sbx");
  EXPECT_EQ(result.related[0].begin.line, 3U);
}

}  // namespace
}  // namespace sbxc::report
