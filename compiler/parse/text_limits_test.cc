// What is refused before the grammar is asked, and how fast.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "compiler/parse/lexing.h"
#include "compiler/parse/parse.h"

namespace sbxc {
namespace {

// The kinds reported, in order, as `SBX1001 3:1+1`.
std::string kinds_of(const std::string& text) {
  Sources sources;
  const FileId id = sources.add("p.sbx", text);
  Diagnostics diagnostics;
  parse(sources, id, diagnostics);
  std::string out;
  for (const Diagnostic& one : diagnostics.all()) {
    const LineColumn at = sources.locate(id, one.span->begin);
    if (!out.empty()) out += ' ';
    out += fmt::format("{} {}:{}+{}", id_of(one.kind), at.line, at.column,
                       one.span->end - one.span->begin);
  }
  return out;
}

TEST(TextLimits, RefuseBytesThatAreNotUtf8) {
  EXPECT_EQ(kinds_of("sbx 1\nallow read /\xFF\n"), "SBX1001 2:13+1");
  EXPECT_EQ(kinds_of("sbx 1\n# \xED\xA0\x80"), "SBX1001 2:3+1");  // a surrogate
  EXPECT_EQ(kinds_of("sbx 1\n# \xC3"), "SBX1001 2:3+1");          // cut off
}

TEST(TextLimits, RefuseNulBytes) {
  EXPECT_EQ(kinds_of(std::string("sbx 1\nallow\0read /a", 19)), "SBX1002 2:6+1");
}

TEST(TextLimits, RefuseWhatAReaderCannotSee) {
  EXPECT_EQ(kinds_of("sbx 1 # \x1B[31m"), "SBX1003 1:9+1");
  EXPECT_EQ(kinds_of("sbx 1 # \x7F"), "SBX1003 1:9+1");
  EXPECT_EQ(kinds_of("\uFEFFsbx 1"), "SBX1003 1:1+3");
  EXPECT_EQ(kinds_of("sbx 1\n# \u202Eevil"), "SBX1003 2:3+3");
  EXPECT_EQ(kinds_of("sbx 1\n# \u2066evil"), "SBX1003 2:3+3");
  EXPECT_EQ(kinds_of("sbx 1\n# a\u200Bb"), "SBX1003 2:4+3");
  EXPECT_EQ(kinds_of("sbx 1\n# a\u0085b"), "SBX1003 2:4+2");
  EXPECT_EQ(kinds_of("sbx 1\rallow read /a"), "SBX1003 1:6+1");
}

TEST(TextLimits, TakeLettersOfAllScripts) {
  EXPECT_EQ(kinds_of("sbx 1\nallow read /\u00FC/\u4E2D/\U0001F600 # \u00A0\u20AC"), "");
}

TEST(TextLimits, NestingIsLimitedInWords) {
  const auto nested = [](size_t depth) {
    return "sbx 1\nallow read /a" + std::string(depth, '{') + "b" + std::string(depth, '}');
  };
  EXPECT_EQ(kinds_of(nested(kMaxNesting)), "");
  EXPECT_EQ(kinds_of(nested(kMaxNesting + 1)), fmt::format("SBX1004 2:{}+1", 14 + kMaxNesting));
  EXPECT_EQ(kinds_of(nested(1'000'000)), fmt::format("SBX1004 2:{}+1", 14 + kMaxNesting));
}

TEST(TextLimits, BracesInTextsAndCommentsAreNotNested) {
  const std::string braces(1000, '{');
  EXPECT_EQ(kinds_of("sbx 1 # " + braces + "\n#" + braces + "\npolicy a \"" + braces + "\"\n"), "");
}

TEST(TextLimits, NestedBlocksAreOneErrorHoweverDeep) {
  std::string text = "sbx 1\n";
  for (int i = 0; i < 10'000; ++i) text += "on linux {\n";
  for (int i = 0; i < 10'000; ++i) text += "}\n";
  EXPECT_EQ(kinds_of(text), "SBX1021 3:1+2");
}

TEST(TextLimits, NestedSetsAreOneErrorHoweverDeep) {
  std::string text = "sbx 1\nlet a = ";
  for (int i = 0; i < 10'000; ++i) text += "{ ";
  EXPECT_EQ(kinds_of(text), "SBX1037 2:11+1");
}

TEST(TextLimits, WordsAndTextsHaveALength) {
  const std::string longest(kMaxWordBytes, 'a');
  EXPECT_EQ(kinds_of("sbx 1\nallow env " + longest), "");
  EXPECT_EQ(kinds_of("sbx 1\nallow env " + longest + "a"), "SBX1005 2:11+4097");
  EXPECT_EQ(kinds_of("sbx 1\npolicy a \"" + longest + "\""), "SBX1005 2:10+4098");
  EXPECT_EQ(kinds_of("sbx 1\n# " + longest + longest), "");
}

TEST(TextLimits, FilesHoldALimitedNumberOfWords) {
  std::string text = "sbx 1\nallow env a";
  for (size_t i = 0; i < kMaxTokens / 2; ++i) text += ",a";
  EXPECT_EQ(kinds_of(text).substr(0, 7), "SBX0003");
}

}  // namespace
}  // namespace sbxc
