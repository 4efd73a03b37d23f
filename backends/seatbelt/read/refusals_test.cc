// What refuses a profile as a whole, on a Mac too, and what only this reader cannot judge.
#include <gtest/gtest.h>

#include "backends/seatbelt/read/profile.h"

namespace sbxc::sbpl {
namespace {

CompileError error_of(const std::string& rules) {
  const auto profile = Profile::compile("(version 1)\n" + rules, {});
  if (profile) return {.refusal = {}, .message = "none", .line = 0, .import = {}};
  return profile.error();
}

TEST(Refusals, AModifierAppearsOnce) {
  const CompileError error = error_of("(deny file-read* (with no-log) (with no-log))");
  EXPECT_EQ(error.refusal, Refusal::by_system);
  EXPECT_EQ(error.message, "no-log modifier can only appear once per rule");
  EXPECT_EQ(error.line, 2U);
  EXPECT_EQ(error_of("(deny file-read* (with no-log) (with telemetry))").message, "none");
}

TEST(Refusals, NoOtherVersionOfTheLanguageIsThere) {
  for (const char* text : {"(version 2)", "(version 3)\n(deny default)"}) {
    const auto profile = Profile::compile(text, {});
    ASSERT_FALSE(profile) << text;
    EXPECT_EQ(profile.error().refusal, Refusal::by_system) << text;
  }
}

TEST(Refusals, LookAroundWouldNotCompile) {
  EXPECT_EQ(error_of("(allow file-read* (regex #\"^/a(?!b)\"))").refusal, Refusal::by_system);
}

TEST(Refusals, BehindAZeroByteNothingIsGuessedAt) {
  const CompileError error = error_of(std::string("(allow default)\0(deny default)", 30));
  EXPECT_EQ(error.refusal, Refusal::not_understood);
}

}  // namespace
}  // namespace sbxc::sbpl
