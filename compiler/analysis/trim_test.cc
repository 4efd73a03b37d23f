// Trimming real text: what goes, what stays, and that the result resolves to an equal policy.
#include "compiler/analysis/trim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/analysis/dead_units.h"
#include "compiler/analysis/equivalence.h"
#include "compiler/policy/print.h"
#include "compiler/resolve/resolving.h"

namespace sbxc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

FileId file_of(const Policy& policy) {
  for (const Rule& rule : policy.rules) {
    if (rule.chain.empty()) return rule.span.file;
  }
  return {};
}

// The text without its version line; resolved again and proved equal.
std::string trimmed(const std::string& text) {
  Workbench bench;
  Resolved whole = bench.resolve(text);
  EXPECT_TRUE(whole.policy) << whole.messages();
  Systems systems(*whole.policy);
  const auto result = trim(systems, whole.sources, file_of(*whole.policy));
  EXPECT_TRUE(result);
  std::string rest = result->text.substr(std::string("sbx 1\n").size());
  Resolved smaller = bench.resolve(rest);
  EXPECT_TRUE(smaller.policy) << rest << smaller.messages();
  if (!smaller.policy) return rest;
  Systems again(*smaller.policy);
  EXPECT_FALSE(*first_difference(systems, again));
  const auto twice = trim(again, smaller.sources, file_of(*smaller.policy));
  EXPECT_EQ(twice->text, result->text) << "nothing is left to cut";
  return rest;
}

TEST(Trim, TakesOutPatternsThatOthersCover) {
  EXPECT_EQ(trimmed("allow read /a/**, /a/b, /c\n"), "allow read /a/**, /c\n");
  EXPECT_EQ(trimmed("allow read /a/b, /a/**\n"), "allow read /a/**\n");
  EXPECT_EQ(trimmed("allow read /c, /a/**, /a/b, /a/c\n"), "allow read /c, /a/**\n");
  EXPECT_EQ(trimmed("allow read /a/[ab], /a/a, /a/b\n"), "allow read /a/[ab]\n");
}

TEST(Trim, KeepsOneOfTwoThatCoverEachOther) {
  EXPECT_EQ(trimmed("allow read /a/b\nallow read /a/b\n"), "allow read /a/b\n");
}

TEST(Trim, TakesOutWhatSeveralRulesCoverTogether) {
  EXPECT_EQ(trimmed("allow read /a/[a-m]*\nallow read /a/[!a-m]*\nallow read /a/*\n"),
            "allow read /a/[a-m]*\nallow read /a/[!a-m]*\n");
}

TEST(Trim, KeepsCommentsAndLayout) {
  EXPECT_EQ(
      trimmed("# what we need\nallow read /a/**  # all\n\n# and this\nallow read /a/b  # one\n"
              "allow write /c,\n    /d/**,\n    /d/e\n"),
      "# what we need\nallow read /a/**  # all\n\n# and this\n  # one\n"
      "allow write /c,\n    /d/**\n");
}

TEST(Trim, TakesOutExceptionsThatSubtractNothing) {
  EXPECT_EQ(trimmed("allow read /a/** except /b, /a/c\n"), "allow read /a/** except /a/c\n");
  EXPECT_EQ(trimmed("allow read /a/** except /b because \"x\"\n"),
            "allow read /a/** because \"x\"\n");
}

TEST(Trim, LeavesPatternsOfSetsAlone) {
  const std::string text = "let s = { /a/**, /a/b }\nallow read s\n";
  EXPECT_EQ(trimmed(text), text);
}

TEST(Trim, TakesOutHostsAndDenies) {
  EXPECT_EQ(trimmed("allow connect *.a.com, b.a.com, c.com:443, c.com\ndeny connect d.com\n"),
            "allow connect *.a.com, c.com\n");
}

std::vector<std::string> dead(const std::string& text) {
  Workbench bench;
  Resolved r = bench.resolve(text);
  EXPECT_TRUE(r.policy) << r.messages();
  Systems systems(*r.policy);
  const auto units = dead_units(systems);
  std::vector<std::string> out;
  for (const DeadUnit& one : *units) {
    std::string line = written(pattern_of(*r.policy, one.unit)) + ":";
    line += one.reason == DeadReason::denied    ? " denied"
            : one.reason == DeadReason::asked   ? " asked"
            : one.reason == DeadReason::covered ? " covered"
                                                : " matches nothing";
    for (const RuleId id : one.blockers) line += " " + std::to_string(static_cast<uint32_t>(id));
    out.push_back(std::move(line));
  }
  return out;
}

TEST(DeadUnits, NameASmallestSetOfRulesThatCoverThem) {
  EXPECT_THAT(dead("allow read /a/[a-m]*\nallow read /b\nallow read /a/[!a-m]*\nallow read /a/*\n"),
              ElementsAre("/a/*: covered 0 2"));
  EXPECT_THAT(dead("allow read /a/**\nallow read /a/b/**\nallow read /a/b/c\n"),
              ElementsAre("/a/b/**: covered 0", "/a/b/c: covered 0"));
}

TEST(DeadUnits, NameARuleOfTheOtherEffectWhereThereIsOne) {
  EXPECT_THAT(dead("allow read /a/**\ndeny read /a/b/c/**\nallow read /a/b/**\n"),
              ElementsAre("/a/b/**: covered 0 1"));
}

TEST(DeadUnits, SayThatAllIsDeniedOrAskedOrExcepted) {
  EXPECT_THAT(dead("allow read /a/b\ndeny read /a/[a-m]*\ndeny read /a/[n-z]\n"
                   "allow read /a/[an]\n"
                   "allow read /c\n"),
              ElementsAre("/a/b: denied 1", "/a/[an]: denied 1 2"));
  EXPECT_THAT(dead("ask connect *.a.com\nallow connect b.a.com\n"),
              ElementsAre("b.a.com: asked 0"));
  EXPECT_THAT(dead("allow read /a/b, /c except /a/**\n"), ElementsAre("/a/b: matches nothing"));
  EXPECT_THAT(dead("allow read /a/** except /b\n"), ElementsAre("/b: matches nothing"));
}

TEST(DeadUnits, LeaveWritingThatGivesReadingAlone) {
  EXPECT_THAT(dead("allow write /w/**\ndeny write /w/.git/**\nallow write /w/.git/config\n"
                   "deny read /w/secret\n"),
              ElementsAre("/w/.git/config: denied 1"));
  EXPECT_THAT(dead("deny write /w/.git/**\nallow write /w/.git/config\n"), IsEmpty());
}

}  // namespace
}  // namespace sbxc
