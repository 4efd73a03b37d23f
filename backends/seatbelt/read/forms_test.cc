#include "backends/seatbelt/read/forms.h"

#include <gtest/gtest.h>

namespace sbxc::sbpl {
namespace {

std::string text_of(std::string_view source) {
  Heap heap;
  const std::vector<Value> forms = read_forms(heap, source, 1);
  const Text* text = forms.size() == 1 ? std::get_if<Text>(&forms[0]) : nullptr;
  return text == nullptr ? "no string" : **text;
}
std::string error_of(std::string_view source) {
  Heap heap;
  try {
    read_forms(heap, source, 1);
  } catch (const ProfileError& error) {
    return std::to_string(error.line) + ": " + error.message;
  }
  return "";
}

TEST(Forms, ABackslashBeforeAnyOtherCharacterDisappears) {
  EXPECT_EQ(text_of(R"("\.env")"), ".env");
  EXPECT_EQ(text_of(R"("a\\b\"c\x41\101\n")"), "a\\b\"cAA\n");
}
TEST(Forms, ARawStringKeepsItsBackslashes) { EXPECT_EQ(text_of(R"(#"^\.env$")"), R"(^\.env$)"); }

TEST(Forms, AStringHasAtMost1025Bytes) {
  EXPECT_EQ(error_of('"' + std::string(1025, 'a') + '"'), "");
  EXPECT_EQ(error_of('"' + std::string(1026, 'a') + '"'), "1: Error reading string");
}

TEST(Forms, LinesAreCountedThroughStringsAndComments) {
  EXPECT_EQ(error_of("; one\n\"two\nthree\"\n)"), "4: unbalanced parenthesis");
  Heap heap;
  const auto forms = read_forms(heap, "\n(a\n (b))", 10);
  ASSERT_EQ(forms.size(), 1U);
  EXPECT_EQ(as_pair(forms[0])->line, 11U);
}

TEST(Forms, NumbersHaveTheirBases) {
  Heap heap;
  EXPECT_EQ(read_forms(heap, "10 #x1F #o0004 -3", 1),
            (std::vector<Value>{int64_t{10}, int64_t{31}, int64_t{4}, int64_t{-3}}));
}

TEST(Forms, CharactersMayBeParentheses) {
  Heap heap;
  EXPECT_EQ(read_forms(heap, R"(#\a #\/ #\( #\space)", 1),
            (std::vector<Value>{Character{'a'}, Character{'/'}, Character{'('}, Character{' '}}));
}

TEST(Forms, BlockCommentsAreNoPartOfTheDialect) {
  EXPECT_EQ(error_of("#| a |#"), "1: undefined sharp expression");
}

TEST(Forms, UnbalancedTextIsAnErrorAtItsLine) {
  EXPECT_EQ(error_of("(a\n(b)"), "1: unbalanced parenthesis");
  EXPECT_EQ(error_of("\"a"), "1: unterminated string");
  EXPECT_EQ(error_of(std::string(500, '(')), "1: nested too deeply");
}

}  // namespace
}  // namespace sbxc::sbpl
