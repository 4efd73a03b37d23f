// Held to a second reading of srt's dialect: its regular expressions, matched by walking through
// them.
#include "compiler/import/srt_glob.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace sbxc::import {
namespace {

// One step of a pattern: what it matches, and whether it repeats. Written from the README, not from
// srt_glob.cc: `*` = [^/]*, `**` = .*, `**/` = (.*/)?, `?` = [^/], sets without negation.
bool matches_from(std::string_view pattern, std::string_view path);

bool any_rest(std::string_view rest, std::string_view path, bool over_slashes) {
  for (size_t i = 0;; ++i) {
    if (matches_from(rest, path.substr(i))) return true;
    if (i == path.size() || (path[i] == '/' && !over_slashes)) return false;
  }
}

bool spells_a_set(std::string_view members) {
  if (members.empty()) return false;
  for (size_t i = 0; i < members.size(); ++i) {
    if (i + 2 < members.size() && members[i + 1] == '-') {
      if (members[i + 2] < members[i]) return false;
      i += 2;
    }
  }
  return true;
}

bool in_set(std::string_view members, char c) {
  for (size_t i = 0; i < members.size(); ++i) {
    const bool range = i + 2 < members.size() && members[i + 1] == '-';
    if (c >= members[i] && c <= members[range ? i + 2 : i]) return true;
    if (range) i += 2;
  }
  return false;
}

bool matches_from(std::string_view pattern, std::string_view path) {
  if (pattern.empty()) return path.empty();
  if (pattern.front() == '*') {
    const size_t run = std::min(pattern.find_first_not_of('*'), pattern.size());
    const bool slash = run >= 2 && run < pattern.size() && pattern[run] == '/';
    const size_t rest = run - (slash ? 2 : 0);
    const std::string_view after = pattern.substr(slash ? run + 1 : run);
    if (rest > 0) {
      const std::string again = (slash ? "**/" : "") + std::string(after);
      return any_rest(again, path, rest >= 2);
    }
    if (matches_from(after, path)) return true;
    for (size_t i = 0; i < path.size(); ++i) {
      if (path[i] == '/' && matches_from(after, path.substr(i + 1))) return true;
    }
    return false;
  }
  if (path.empty()) return false;
  if (pattern.front() == '?')
    return path.front() != '/' && matches_from(pattern.substr(1), path.substr(1));
  if (pattern.front() == '[') {
    const size_t close = pattern.find(']', 1);
    if (close != std::string_view::npos && spells_a_set(pattern.substr(1, close - 1))) {
      return in_set(pattern.substr(1, close - 1), path.front()) &&
             matches_from(pattern.substr(close + 1), path.substr(1));
    }
  }
  return pattern.front() == path.front() && matches_from(pattern.substr(1), path.substr(1));
}

bool ours(const DialectGlobs& globs, const std::string& path) {
  return std::ranges::any_of(globs.globs, [&](const PathGlob& glob) { return glob.matches(path); });
}

std::vector<std::string> paths_of(const std::string& letters, size_t length) {
  std::vector<std::string> out = {""};
  for (size_t begin = 0, n = 0; n < length; ++n) {
    const size_t end = out.size();
    for (; begin < end; ++begin) {
      for (const char c : letters) out.push_back(out[begin] + c);
    }
  }
  std::erase_if(out, [](const std::string& path) {
    return path.empty() || path.front() == '/' || path.back() == '/' ||
           path.find("//") != std::string::npos;
  });
  return out;
}

std::string described(const DialectGlobs& globs) {
  std::string out;
  for (const PathGlob& glob : globs.globs) out += glob.text() + " ";
  return out;
}

RC_GTEST_PROP(SrtGlob, MatchesWhatTheRegularExpressionDoes, ()) {
  static const std::vector<std::string> paths = paths_of("ab/", 6);
  const auto pieces = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("a", "b", "/", "*", "**", "**/", "?", "[ab]", "[a-b]", "[", "]",
                                    "[b-a]", "[a/]", "a/", "/b"));
  std::string pattern;
  for (const std::string& piece : pieces) {
    const bool slashes = piece.front() == '/' && (pattern.empty() || pattern.back() == '/');
    if (!slashes && pattern.size() + piece.size() <= 9) pattern += piece;
  }
  const auto globs = dialect_globs("/w", pattern);
  RC_PRE(globs.has_value());
  for (const std::string& path : paths) {
    if (ours(*globs, "/w/" + path) == matches_from(pattern, path)) continue;
    RC_FAIL(pattern + " is " + described(*globs) + "and differs for " + path);
  }
}

TEST(SrtGlob, WritesCommonPatternsAsAPersonWould) {
  const auto text = [](const char* pattern) { return described(*dialect_globs("/w", pattern)); };
  EXPECT_EQ(text("**/.env"), "/w/**/.env ");
  EXPECT_EQ(text("*.txt"), "/w/*.txt ");
  EXPECT_EQ(text("a/**/b/*.c"), "/w/a/**/b/*.c ");
  EXPECT_EQ(text("**.pem"), "/w/*.pem /w/*/**/*.pem ");
  EXPECT_EQ(text("[user-id]/x"), "/w/\\[user-id]/x ");
  EXPECT_EQ(text("f[0-9]"), "/w/f[0-9] ");
}

TEST(SrtGlob, ASlashAtTheEndMatchesNothing) {
  EXPECT_FALSE(dialect_globs("/w", "a*/"));
  EXPECT_FALSE(dialect_globs("/w", "**/"));
}

TEST(SrtGlob, TooManyShapesAreNoPattern) {
  std::string pattern = "a";
  for (int i = 0; i < 12; ++i) pattern += "**a";
  EXPECT_FALSE(dialect_globs("/w", pattern));
}

TEST(SrtGlob, WhatCannotBeSeenIsMatchedByAQuestionMark) {
  const LiteralGlob glob = literal_glob("/a\nb/\xE2\x80\x8B");
  EXPECT_FALSE(glob.exact);
  EXPECT_EQ(glob.glob.text(), "/a?b/???");
  EXPECT_TRUE(literal_glob("/w/\xC3\xA9 [x]").exact);
}

}  // namespace
}  // namespace sbxc::import
