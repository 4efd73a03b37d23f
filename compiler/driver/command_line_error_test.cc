#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc {
namespace {

using testing::run_sbxc_beside;

std::string said(const std::vector<std::string>& words) {
  const auto seen = run_sbxc_beside("sbx 1\n", words);
  EXPECT_EQ(seen.status, 3);
  EXPECT_EQ(seen.out, "");
  return seen.err;
}

TEST(CommandLineError, NamesTheWordThatIsNoCommand) {
  EXPECT_EQ(said({"rum", "p.sbx"}),
            "error: `rum` is no command of sbxc\nhelp: did you mean `run`?\n");
  EXPECT_EQ(said({"frobnicate"}),
            "error: `frobnicate` is no command of sbxc\n"
            "help: `sbxc --help` lists the commands and their options\n");
}

TEST(CommandLineError, SaysThatThereIsNoCommand) {
  EXPECT_EQ(said({}),
            "error: a command is missing\n"
            "help: `sbxc --help` lists the commands and their options\n");
  EXPECT_EQ(said({"--verion"}),
            "error: `--verion` is no option of sbxc\n"
            "help: `sbxc --help` lists the commands and their options\n");
}

TEST(CommandLineError, NamesWhatACommandDoesNotTake) {
  EXPECT_EQ(said({"check", "--foo", "p.sbx"}),
            "error: `--foo` is no option of `sbxc check`\n"
            "help: `sbxc check --help` tells what it takes\n");
  EXPECT_EQ(said({"show", "p.sbx", "other"}),
            "error: `sbxc show` does not know what to do with `other`\n"
            "help: `sbxc show --help` tells what it takes\n");
}

TEST(CommandLineError, NamesWhatACommandNeeds) {
  EXPECT_EQ(said({"check"}),
            "error: POLICY is required\nhelp: `sbxc check --help` tells what it takes\n");
}

TEST(CommandLineError, PrintsNoEscapeSequences) {
  EXPECT_THAT(said({"\033[2J"}), ::testing::Not(::testing::HasSubstr("\033")));
  EXPECT_THAT(said({"check", "p.sbx", "--\033[2J"}), ::testing::Not(::testing::HasSubstr("\033")));
}

}  // namespace
}  // namespace sbxc
