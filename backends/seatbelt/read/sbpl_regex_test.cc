#include "backends/seatbelt/read/sbpl_regex.h"

#include <gtest/gtest.h>

namespace sbxc::sbpl {
namespace {

bool finds(std::string_view pattern, std::string_view text,
           BackslashInClass backslash = BackslashInClass::quotes) {
  return Regex::compile(pattern, backslash).value().search(text);
}
std::optional<Refusal> refusal_of(std::string_view pattern) {
  const auto regex = Regex::compile(pattern);
  return regex ? std::nullopt : std::optional(regex.error().refusal);
}

TEST(SbplRegex, SearchesUnlessItIsAnchored) {
  EXPECT_TRUE(finds("b", "abc"));
  EXPECT_FALSE(finds("^b", "abc"));
  EXPECT_FALSE(finds("b$", "abc"));
  EXPECT_TRUE(finds("", "abc"));
}

TEST(SbplRegex, AnchorsWorkInsideGroups) {
  EXPECT_TRUE(finds("^/a($|/)", "/a"));
  EXPECT_TRUE(finds("^/a($|/)", "/a/b"));
  EXPECT_FALSE(finds("^/a($|/)", "/ab"));
  EXPECT_TRUE(finds("(^|/)tmp(/|$)", "/x/tmp"));
}

TEST(SbplRegex, ADotIsAnyByteEvenASlash) { EXPECT_TRUE(finds("^a.b$", "a/b")); }

TEST(SbplRegex, ClassesHaveRangesAndNegation) {
  EXPECT_TRUE(finds("^[a-c0-9]+$", "a1c"));
  EXPECT_FALSE(finds("^[^/]+$", "a/b"));
  EXPECT_TRUE(finds("^[]a]$", "]"));
}

TEST(SbplRegex, QuantifiersRepeat) {
  EXPECT_TRUE(finds("^(/[^/]+)*/x$", "/a/b/x"));
  EXPECT_TRUE(finds("^ab?c+$", "acc"));
}

TEST(SbplRegex, ABackslashInAClassIsReadBothWays) {
  EXPECT_TRUE(Regex::compile("[^\\.]").value().is_ambiguous());
  EXPECT_FALSE(Regex::compile("\\.[^/]").value().is_ambiguous());
  EXPECT_TRUE(finds("^[^\\.]$", "\\"));
  EXPECT_FALSE(finds("^[^\\.]$", "\\", BackslashInClass::is_member));
  EXPECT_TRUE(finds("^[-\\w]$", "q"));
  EXPECT_FALSE(finds("^[-\\w]$", "q", BackslashInClass::is_member));
}

TEST(SbplRegex, WhatNoAutomatonOfItsKindCanBeWouldNotCompile) {
  for (const char* pattern : {"(?!a)", "(?:a)", "(a)\\1", "(a", "a)", "*a", "[a", "a\\", "[b-a]"}) {
    EXPECT_EQ(refusal_of(pattern), Refusal::by_system) << pattern;
  }
}

TEST(SbplRegex, WhatMightMeanSomethingIsNotGuessedAt) {
  for (const char* pattern : {"a{2}", "\\d", "a**", "a*?", "[[:alpha:]]"}) {
    EXPECT_EQ(refusal_of(pattern), Refusal::not_understood) << pattern;
  }
}

}  // namespace
}  // namespace sbxc::sbpl
