#include "compiler/parse/plain_token.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "compiler/parse/generated_lexer.h"
#include "compiler/parse/random_policy.h"

namespace sbxc {
namespace {

// Whether every token that needs no second look is what the grammar says it is.
void agrees(const std::string& text) {
  GeneratedLexer lexer(text);
  for (size_t at = 0; at < text.size();) {
    const NextToken expected = lexer.token(at);
    const auto plain = plain_token(text, at);
    if (plain && *plain != expected) {
      RC_FAIL("at " + std::to_string(at) + " of `" + text +
              "`: " + std::string(name_of(plain->kind)) + " up to " + std::to_string(plain->end) +
              ", by the grammar " + std::string(name_of(expected.kind)) + " up to " +
              std::to_string(expected.end));
    }
    at = expected.end;
  }
}

RC_GTEST_PROP(PlainToken, IsWhatTheGrammarSaysInAnyText, ()) {
  agrees(*rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("aab1:,,{{}}\"\"\\# \t\r\n=-/*\xc3\x7f"))));
}

RC_GTEST_PROP(PlainToken, IsWhatTheGrammarSaysInAPolicy, ()) {
  agrees(RandomPolicy::from(*rc::gen::resize(400, rc::gen::arbitrary<std::vector<uint8_t>>())));
}

TEST(PlainToken, NeedsNoSecondLookInAnOrdinaryPolicy) {
  const std::string text =
      "sbx 1\n# why\nallow read ~/x{a,{b}}/**, \"a b\"  because \"c\"\r\n"
      "allow connect [::1]:80 on linux { deny env *_KEY\n}\nlet a = { b }";
  for (size_t at = 0; at < text.size();) {
    const auto token = plain_token(text, at);
    ASSERT_TRUE(token) << text.substr(at);
    at = token->end;
  }
}

TEST(PlainToken, LeavesWhatIsGluedOrUnfinishedToTheGrammar) {
  for (const char* text :
       {"a:1,2", "a\\ b", "a{b", "a{b c}", "a{b=}", "\"a", "\"a\\\"b\"", "\\", "\r"}) {
    EXPECT_FALSE(plain_token(text, 0)) << text;
  }
}

TEST(PlainToken, KnowsEveryKeyword) {
  for (const std::string_view word : {
#define SBXC_KEYWORD(name, grammar_name) #name,
#define SBXC_TOKEN(name, grammar_name)
#include "compiler/parse/tokens.def"
       }) {
    const auto token = plain_token(word, 0);
    ASSERT_TRUE(token) << word;
    EXPECT_TRUE(is_keyword(token->kind)) << word;
    EXPECT_EQ(name_of(token->kind), word);
  }
}

}  // namespace
}  // namespace sbxc
