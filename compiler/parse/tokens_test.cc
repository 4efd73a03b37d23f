// Where one token ends and the next begins.
#include "compiler/parse/tokens.h"

#include <gtest/gtest.h>

#include "compiler/parse/lexing.h"

namespace sbxc {
namespace {

// The texts of the tokens of one line, with `|` between them.
std::string split(std::string_view line) {
  Sources sources;
  const FileId id = sources.add("p", std::string(line));
  Diagnostics diagnostics;
  const std::optional<Lexed> lexed = lex(sources, id, diagnostics);
  std::string out;
  for (const Token& token : lexed.value().tokens) {
    if (token.kind == TokenKind::end) break;
    if (!out.empty()) out += '|';
    out += sources.text({id, token.begin, token.end});
  }
  return out;
}

TEST(Tokens, WordsEndAtBlanksAndSigns) {
  EXPECT_EQ(split("a b\tc,d=e{f}g"), "a|b|c|,|d|=|e{f}g");
  EXPECT_EQ(split("a}b"), "a|}|b");
  EXPECT_EQ(split("a\"b\"c"), "a|\"b\"|c");
}

TEST(Tokens, ABraceAtTheStartOpensASetAndAGluedOneAGroup) {
  EXPECT_EQ(split("{a,b}"), "{|a|,|b|}");
  EXPECT_EQ(split("/{a,b}/{c,{d,e}}x"), "/{a,b}/{c,{d,e}}x");
  EXPECT_EQ(split("/a{b, c}"), "/a|{|b|,|c|}");
  EXPECT_EQ(split("/a{b"), "/a|{|b");
  EXPECT_EQ(split("${a}{b}"), "${a}{b}");
}

TEST(Tokens, ACommaBehindAPortAndBeforeADigitIsPartOfTheWord) {
  EXPECT_EQ(split("a:1,2"), "a:1,2");
  EXPECT_EQ(split("a:1-2,3-4,5"), "a:1-2,3-4,5");
  EXPECT_EQ(split("a:1, 2"), "a:1|,|2");
  EXPECT_EQ(split("a:1,b:2"), "a:1|,|b:2");
  EXPECT_EQ(split("a:*,2"), "a:*|,|2");
  EXPECT_EQ(split("[::1]:80,443"), "[::1]:80,443");
  EXPECT_EQ(split(":1,2"), ":1,2");
}

TEST(Tokens, ABackslashTakesTheNextByteIntoTheWord) {
  EXPECT_EQ(split("a\\ b\\,c\\{d"), "a\\ b\\,c\\{d");
  EXPECT_EQ(split("\\#a"), "\\#a");
  EXPECT_EQ(split("a \\"), "a|\\");
}

TEST(Tokens, ARunOfLineEndsIsOneTokenAndNoneBeforeAClause) {
  EXPECT_EQ(split("a\n\n # why\n\nb"), "a|\n|b");
  EXPECT_EQ(split("a\n\n # why\n except b"), "a|except|b");
  EXPECT_EQ(split("a\r\nbecause \"b\"\n  accept widened \"c\"\nd"),
            "a|because|\"b\"|accept|widened|\"c\"|\n|d");
  EXPECT_EQ(split("a\nexcepts"), "a|\n|excepts");
}

TEST(Tokens, QuotesGoOverBlanksAndEscapedQuotes) {
  EXPECT_EQ(split("\"a b\\\"c\\\\\" d"), "\"a b\\\"c\\\\\"|d");
  EXPECT_EQ(split("\"a b"), "\"a b");
}

TEST(Tokens, AHashStartsACommentOnlyWhereAWordMayStart) {
  EXPECT_EQ(split("a#b #c"), "a#b");
  EXPECT_EQ(split("a,#b"), "a|,");
  EXPECT_EQ(split("\"a\"#b"), "\"a\"");
}

TEST(Tokens, KeywordsAreWholeWords) {
  Sources sources;
  const FileId id = sources.add("p", "allow allowed allow/x Allow");
  Diagnostics diagnostics;
  const auto lexed = lex(sources, id, diagnostics);
  EXPECT_EQ(lexed->tokens[0].kind, TokenKind::allow);
  for (size_t i = 1; i < 4; ++i) EXPECT_EQ(lexed->tokens[i].kind, TokenKind::word);
}

TEST(Tokens, AreDumpedWithPlaceKindAndText) {
  Sources sources;
  const FileId id = sources.add("p", "# a\n\nallow \"b c\", d # e\n");
  EXPECT_EQ(dump_tokens(sources, id),
            "1:1      comment      `# a`\n"
            "1:4      newline\n"
            "3:1      allow        `allow`\n"
            "3:7      quoted       `\"b c\"`\n"
            "3:12     comma        `,`\n"
            "3:14     word         `d`\n"
            "3:16     comment      `# e`\n"
            "3:19     newline\n"
            "4:1      end\n");
}

TEST(Tokens, StatementsStartWithTheFirstKeywordsOfTheTable) {
  EXPECT_TRUE(starts_statement(TokenKind::sbx));
  EXPECT_TRUE(starts_statement(TokenKind::on));
  EXPECT_FALSE(starts_statement(TokenKind::except));
  EXPECT_FALSE(starts_statement(TokenKind::word));
  EXPECT_FALSE(starts_statement(TokenKind::end));
}

}  // namespace
}  // namespace sbxc
