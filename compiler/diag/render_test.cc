#include "compiler/diag/render.h"

#include <gtest/gtest.h>

#include "compiler/diag/printable.h"

namespace sbxc {
namespace {

Diagnostic sample(Span span) {
  return {.kind = Kind::cannot_read, .span = span, .message = "something is wrong"};
}

TEST(Render, PutsTheCaretUnderTheSpanAndTheHelpLast) {
  Sources sources;
  const FileId file = sources.add("a.sbx", "sbx 1\nallow read /x/**\n");
  Diagnostic d = sample({file, 17, 22});
  d.underline = "here";
  d.witness = "/x/y";
  d.help = "do this";
  EXPECT_EQ(render(d, sources, {}),
            "error[SBX0001]: something is wrong\n"
            "   --> a.sbx:2:12\n"
            " 2 | allow read /x/**\n"
            "   |            ^^^^^ here\n"
            "witness: /x/y\n"
            "help: do this\n");
}

TEST(Render, DrawsLabelsOfOtherFilesUnderTheirOwnName) {
  Sources sources;
  const FileId a = sources.add("a.sbx", "use b\n");
  const FileId b = sources.add("b.sbx", "deny read /x\n");
  Diagnostic d = sample({a, 4, 5});
  d.labels.push_back({{b, 0, 4}, "this rule"});
  EXPECT_EQ(render(d, sources, {}),
            "error[SBX0001]: something is wrong\n"
            "   --> a.sbx:1:5\n"
            " 1 | use b\n"
            "   |     ^\n"
            "   ::: b.sbx:1:1\n"
            " 1 | deny read /x\n"
            "   | ---- this rule\n");
}

TEST(Render, LetsNoEscapeSequenceOfThePolicyReachTheTerminal) {
  Sources sources;
  const FileId file = sources.add("a.sbx", "allow \x1b]0;owned\x07 \xe2\x80\xae\n");
  const std::string text = render(sample({file, 0, 5}), sources, {});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_NE(text.find("\\x1b]0;owned\\x07 \\u{202e}"), std::string::npos) << text;
}

TEST(Render, AlignsCaretsByCharactersNotBytes) {
  Sources sources;
  const FileId file = sources.add("a.sbx", "\xc3\xa4\xc3\xb6 x\n");
  EXPECT_NE(render(sample({file, 5, 6}), sources, {}).find("   |    ^\n"), std::string::npos);
}

TEST(Render, CutsALongLineToAWindowAroundTheSpan) {
  Sources sources;
  const FileId file = sources.add("a.sbx", std::string(50000, 'a') + "!" + std::string(50000, 'b'));
  const std::string text = render(sample({file, 50000, 50001}), sources, {});
  EXPECT_LT(text.size(), 600U);
  EXPECT_NE(text.find("a!b"), std::string::npos);
}

TEST(Render, PointsPastTheEndOfAFileThatEndsTooSoon) {
  Sources sources;
  const FileId file = sources.add("a.sbx", "sbx 1");
  EXPECT_NE(render(sample({file, 5, 5}), sources, {}).find("|      ^"), std::string::npos);
}

TEST(Nearest, SuggestsWithinTwoEditsAndNothingFarther) {
  const std::vector<std::string_view> words = {"allow", "deny", "connect"};
  EXPECT_EQ(nearest("alow", words), "allow");
  EXPECT_EQ(nearest("conenct", words), "connect");
  EXPECT_EQ(nearest("frobnicate", words), "");
  EXPECT_EQ(nearest("ab", words), "");
}

TEST(Printable, FindsTheFirstByteThatIsNotUtf8) {
  EXPECT_EQ(find_invalid_utf8("abc"), std::string_view::npos);
  EXPECT_EQ(find_invalid_utf8("ab\xff"), 2U);
  EXPECT_EQ(find_invalid_utf8("a\xc0\x80"), 1U) << "an overlong NUL";
  EXPECT_EQ(find_invalid_utf8("\xed\xa0\x80"), 0U) << "a surrogate";
  EXPECT_EQ(find_invalid_utf8("\xe2\x82"), 0U) << "cut short";
}

TEST(Diagnostics, SortByPlaceAndDropExactRepeats) {
  Diagnostics diagnostics;
  diagnostics.report(sample({FileId{0}, 9, 10}));
  diagnostics.report(sample({FileId{0}, 2, 3}));
  diagnostics.report(sample({FileId{0}, 9, 10}));
  diagnostics.sort();
  ASSERT_EQ(diagnostics.all().size(), 2U);
  EXPECT_EQ(diagnostics.all()[0].span->begin, 2U);
}

}  // namespace
}  // namespace sbxc
