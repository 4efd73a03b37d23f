#include "compiler/pattern/socket_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbxc {
namespace {

using ::testing::HasSubstr;

SocketPattern socket(std::string_view text) {
  auto pattern = parse_socket_pattern(PatternText::plain(text));
  EXPECT_TRUE(pattern.has_value()) << text << ": " << pattern.error().message;
  return pattern ? *pattern : SocketPattern{};
}

Diagnostic env_refusal(std::string_view text) {
  auto pattern = parse_env_pattern(PatternText::plain(text));
  EXPECT_FALSE(pattern.has_value()) << text;
  return pattern ? Diagnostic{} : pattern.error();
}

TEST(SocketPattern, PathIsAGlobAndAbstractNameIsNot) {
  EXPECT_TRUE(socket("/run/*.sock").matches("/run/a.sock"));
  EXPECT_FALSE(socket("/run/*").matches("/run/a/b"));
  EXPECT_FALSE(socket("/run/*").matches("@/run/a"));
  EXPECT_TRUE(socket("@x").matches("@x"));
  EXPECT_FALSE(socket("@x").matches("/x"));
  EXPECT_FALSE(socket("@x").matches("x"));
}

TEST(SocketPattern, SlashIsAnOrdinaryByteOfAnAbstractName) {
  EXPECT_TRUE(socket("@/tmp/.X11-unix/X?").matches("@/tmp/.X11-unix/X0"));
  EXPECT_TRUE(socket("@*").matches("@/tmp/dbus/x"));
  EXPECT_TRUE(socket("@a?b").matches("@a/b"));
  EXPECT_TRUE(socket("@a[!x]b").matches("@a/b"));
  EXPECT_FALSE(socket("@a[0-9]b").matches("@a/b"));
}

TEST(SocketPattern, BracesMayMixPathsAndAbstractNames) {
  const SocketPattern both = socket("{@,}/tmp/x");
  EXPECT_EQ(both.tests.size(), 2U);
  EXPECT_TRUE(both.matches("@/tmp/x"));
  EXPECT_TRUE(both.matches("/tmp/x"));
}

TEST(SocketPattern, GlobstarInAnAbstractNameIsAnError) {
  const auto pattern = parse_socket_pattern(PatternText::plain("@/tmp/**"));
  ASSERT_FALSE(pattern.has_value());
  EXPECT_EQ(pattern.error().kind, Kind::misplaced_globstar);
  EXPECT_EQ(pattern.error().span->begin, 6U);
  EXPECT_THAT(pattern.error().help, HasSubstr("write `*`"));
}

TEST(SocketPattern, AtAloneNamesNothing) {
  const auto pattern = parse_socket_pattern(PatternText::plain("@"));
  ASSERT_FALSE(pattern.has_value());
  EXPECT_EQ(pattern.error().kind, Kind::empty_pattern);
}

TEST(SocketPattern, RelativePathIsAnError) {
  const auto pattern = parse_socket_pattern(PatternText::plain("run/x.sock"));
  ASSERT_FALSE(pattern.has_value());
  EXPECT_EQ(pattern.error().kind, Kind::relative_pattern);
}

TEST(SocketPattern, TextOfAnAbstractNameParsesBack) {
  for (const std::string_view text : {"@a*b?[0-9]", "@/x/\\*y", "@\\@a", "@a[!b]"}) {
    const SocketPattern once = socket(text);
    const auto& name = std::get<AbstractSocket>(once.tests[0]).name;
    const SocketPattern again = socket("@" + name.text());
    EXPECT_EQ(std::get<AbstractSocket>(again.tests[0]).name, name) << text;
  }
}

TEST(EnvPattern, IsAGlobOverTheName) {
  const auto pattern = parse_env_pattern(PatternText::plain("{LC_*,LANG}"));
  ASSERT_TRUE(pattern.has_value());
  EXPECT_TRUE(pattern->matches("LC_ALL"));
  EXPECT_TRUE(pattern->matches("LANG"));
  EXPECT_FALSE(pattern->matches("LANGUAGE"));
  EXPECT_EQ(pattern->globs.size(), 2U);
}

TEST(EnvPattern, RefusesWhatNoVariableIsCalled) {
  EXPECT_EQ(env_refusal("FOO-BAR").kind, Kind::bad_variable_name);
  EXPECT_EQ(env_refusal("FOO-BAR").span->begin, 3U);
  EXPECT_EQ(env_refusal("FOO-BAR").span->end, 4U);
  EXPECT_EQ(env_refusal("1A").message,
            "`1` cannot be first in the name of an environment variable");
  EXPECT_EQ(env_refusal("/bin").kind, Kind::bad_variable_name);
  EXPECT_EQ(env_refusal("{A,}").kind, Kind::empty_pattern);
}

TEST(EnvPattern, ValueInPlaceOfANameIsPointedOut) {
  PatternText text = PatternText::verbatim("/home/u");
  text.written = "$HOME";
  const auto pattern = parse_env_pattern(text);
  ASSERT_FALSE(pattern.has_value());
  EXPECT_EQ(pattern.error().help, "to name the variable, not its value, write `HOME`");
}

TEST(MachPattern, HasReverseDnsNames) {
  const auto pattern = parse_mach_pattern(PatternText::plain("com.apple.*"));
  ASSERT_TRUE(pattern.has_value());
  EXPECT_TRUE(pattern->matches("com.apple.trustd.agent"));
  EXPECT_FALSE(pattern->matches("org.apple"));
  const auto bad = parse_mach_pattern(PatternText::plain("com.apple/x"));
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().kind, Kind::bad_service_name);
  EXPECT_EQ(bad.error().span->begin, 9U);
}

}  // namespace
}  // namespace sbxc
