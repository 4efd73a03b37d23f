#include "runtime/ask/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbxc::ask {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(AnswersOfAPerson, AreWordsOrTheirFirstLetters) {
  for (const char* text : {"o", "O", "once\n", " Once "}) EXPECT_EQ(word_of(text), Word::once);
  for (const char* text : {"r\n", "run", "this run", "THIS RUN"}) {
    EXPECT_EQ(word_of(text), Word::this_run);
  }
  for (const char* text : {"a", "always"}) EXPECT_EQ(word_of(text), Word::always);
  for (const char* text : {"n", "no"}) EXPECT_EQ(word_of(text), Word::no);
}

TEST(AnswersOfAPerson, AreUnclearInEveryOtherCase) {
  for (const char* text : {"", "\n", "y", "yes", "ok", "onc", "al", "oo", "never", "\x1b[A",
                           "a very long line that is none of the words"}) {
    EXPECT_EQ(word_of(text), Word::unclear) << text;
  }
}

TEST(Question, ShowsTheHostTheRuleItsPlaceAndItsReason) {
  const Question question{.host = "2001:db8::1",
                          .port = 22,
                          .statement = "ask connect [2001:db8::]/32:22 because \"far away\"",
                          .place = "a.sbx:3:1",
                          .because = "far away"};
  EXPECT_EQ(question_text(question),
            "\nsbxc: may it connect to [2001:db8::1]:22?\n"
            "  ask connect [2001:db8::]/32:22 because \"far away\"\n"
            "    a.sbx:3:1\n"
            "[o]nce, this [r]un, [a]lways, [n]o: ");
}

TEST(Question, ShowsNothingThatATerminalWouldObey) {
  const Question question{.client = "c\x1b[2J",
                          .host = "a.example",
                          .port = 1,
                          .statement = "ask connect a.example # \x1b]0;x\x07\n",
                          .place = "\x9b.sbx:1:1",
                          .because = "\x1b[1A"};
  const Always always = always_of({}, question);
  for (const std::string& text :
       {question_text(question), question_json(question, always), always_text(always)}) {
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\x07")));
    EXPECT_THAT(text, Not(HasSubstr("\x9b")));
  }
}

TEST(Question, PrintsTheLinesThatItIsGivenForGood) {
  const Question question{.host = "a.example", .port = 443, .place = "p.sbx:1:1"};
  EXPECT_EQ(always_text(always_of({}, question)),
            "allowed for this run; for good, write into the policy:\n"
            "  except a.example:443   # at the end of p.sbx:1:1\n"
            "  allow connect a.example:443\n");
  Options options;
  options.always = [](const Question& asked) -> Always { return {"use std/x: " + asked.host}; };
  EXPECT_EQ(always_text(always_of(options, question)),
            "allowed for this run; for good, write into the policy:\n"
            "  use std/x: a.example\n");
}

}  // namespace
}  // namespace sbxc::ask
