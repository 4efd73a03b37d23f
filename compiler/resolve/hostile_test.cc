// Input made to be slow or large: each case ends, with an error or without, well within the limits
// that docs/language.md states. Sizes are near the largest file that is read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "compiler/resolve/resolving.h"

namespace sbxc {
namespace {

using ::testing::HasSubstr;

std::string repeat(std::string_view text, size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

// Runs one hostile policy and says how long it took, in seconds.
double seconds_for(const std::string& text, Resolved* out = nullptr) {
  Workbench bench;
  bench.files["a.sbx"] = "sbx 1\n" + repeat("deny read /a/**\n", 5000);
  const auto start = std::chrono::steady_clock::now();
  Resolved r = bench.resolve(text);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  if (out != nullptr) *out = std::move(r);
  return taken.count();
}

// Generous: under sanitizers, on a busy machine. A quadratic step would take minutes.
constexpr double kSoon = 60;

TEST(Hostile, AMistakeEveryFewBytesIsReportedALimitedNumberOfTimes) {
  Resolved r;
  EXPECT_LT(seconds_for("allow read " + repeat("$x,", 40000) + "/a\n", &r), kSoon);
  EXPECT_EQ(r.diagnostics.all().size(), 1U + kMaxFindings - 1);
  EXPECT_GT(r.diagnostics.dropped(), 0U);
  EXPECT_THAT(r.messages(), HasSubstr("more, which are not shown"));
}

TEST(Hostile, ManyNamesThatAllLeanOnEachOther) {
  std::string params = "param p0 = /a\n";
  std::string sets = "let s0 = /a\n";
  for (int i = 1; i < 30000; ++i) {
    const std::string n = std::to_string(i);
    const std::string below = std::to_string(i - 1);
    params.append("param p").append(n).append(" = $p").append(below).append("\n");
    sets.append("let s").append(n).append(" = s").append(below).append("\n");
  }
  Resolved r;
  EXPECT_LT(seconds_for(params + sets + "allow read $p29999, s29999\n", &r), kSoon);
  EXPECT_TRUE(r.policy) << r.messages();
}

TEST(Hostile, ALoopOfManyNames) {
  std::string sets = "let s0 = s29999\n";
  for (int i = 1; i < 30000; ++i) {
    sets += "let s" + std::to_string(i) + " = s" + std::to_string(i - 1) + "\n";
  }
  Resolved r;
  EXPECT_LT(seconds_for(sets + "allow read s0\n", &r), kSoon);
  EXPECT_FALSE(r.policy);
  EXPECT_LT(r.messages().size(), 20000U) << "a loop of thousands is not drawn in full";
}

TEST(Hostile, SetsUsedManyTimes) {
  Resolved r;
  const std::string set = "let s = { " + repeat("/a/b, ", 2000) + "/c }\n";
  EXPECT_LT(seconds_for(set + repeat("deny read s\n", 3000), &r), kSoon);
  EXPECT_FALSE(r.policy);
  EXPECT_THAT(r.messages(), HasSubstr("error[SBX2034]"));
}

TEST(Hostile, ExceptionsForEveryRule) {
  Resolved r;
  EXPECT_LT(seconds_for("use \"a.sbx\" except " + repeat("/a/b, ", 5000) + "/c\n", &r), kSoon);
  EXPECT_LT(
      seconds_for("let s = { " + repeat("/a/b, ", 5000) + "/c }\nuse \"a.sbx\" except s\n", &r),
      kSoon);
  EXPECT_FALSE(r.policy);
}

TEST(Hostile, SettingsRepeatedOverAndOver) {
  Resolved r;
  EXPECT_LT(seconds_for(repeat("set env A = \"1\"\nlimit time 1s\n", 40000), &r), kSoon);
  ASSERT_TRUE(r.policy);
  EXPECT_EQ(r.policy->environment.size(), 1U);
  EXPECT_EQ(r.policy->limits.size(), 1U);
}

TEST(Hostile, AValueThatDoublesAndDoubles) {
  std::string text = "param p0 = /abcdefgh\n";
  for (int i = 1; i < 60; ++i) {
    const std::string below = "$p" + std::to_string(i - 1);
    text.append("param p").append(std::to_string(i)).append(" = ");
    text.append(below).append(below).append("\n");
  }
  Resolved r;
  EXPECT_LT(seconds_for(text + "allow read $p59\nset env A = \"$p59\"\n", &r), kSoon);
  EXPECT_FALSE(r.policy);
  EXPECT_EQ(r.diagnostics.error_count(), 1U) << r.messages();
}

TEST(Hostile, PathsWithManyGlobstarsAgainstEachOther) {
  const std::string deep = "/" + repeat("**/*a*b*/", 100) + "c";
  Resolved r;
  EXPECT_LT(seconds_for("use \"a.sbx\" except " + deep + "\n" +
                            repeat("deny read " + deep + " except " + deep + "\n", 100),
                        &r),
            kSoon);
}

}  // namespace
}  // namespace sbxc
