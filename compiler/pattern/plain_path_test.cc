// A plain path pattern is read by its bytes, any other by its tokens: both ways have to read the
// same of every text, and to refuse the same in the same words.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "compiler/pattern/brace_expansion.h"
#include "compiler/pattern/path_glob.h"
#include "compiler/pattern/short_globs_for_test.h"

namespace sbxc {
namespace {

// A pattern read by its tokens alone, however plain it is.
Result<PathPattern> parse_by_tokens(const PatternText& text) {
  const auto tokens = read_glob_tokens(text);
  if (!tokens) return tl::unexpected(tokens.error());
  const auto words = expand_braces(text, *tokens);
  if (!words) return tl::unexpected(words.error());
  PathPattern pattern{text.span, text.written, {}};
  for (const GlobWord& word : *words) {
    auto glob = path_glob_of(text, *tokens, word);
    if (!glob) return tl::unexpected(std::move(glob.error()));
    const bool known =
        std::find(pattern.globs.begin(), pattern.globs.end(), *glob) != pattern.globs.end();
    if (!known) pattern.globs.push_back(std::move(*glob));
  }
  return pattern;
}

void expect_read_as_by_tokens(const PatternText& text) {
  const auto read = parse_path_pattern(text);
  const auto expected = parse_by_tokens(text);
  RC_LOG() << text.str() << '\n';
  RC_ASSERT(read.has_value() == expected.has_value());
  if (!read) {
    RC_ASSERT(read.error().kind == expected.error().kind);
    RC_ASSERT(read.error().span == expected.error().span);
    RC_ASSERT(read.error().message == expected.error().message);
    RC_ASSERT(read.error().help == expected.error().help);
    return;
  }
  RC_ASSERT(read->globs == expected->globs);
  RC_ASSERT(read->span == expected->span);
  RC_ASSERT(read->written == expected->written);
}

RC_GTEST_PROP(PathGlob, IsTheSameWhetherReadByBytesOrByTokens, ()) {
  // Mostly plain names, so that what is wrong or special is met deep within a path as well.
  const auto name = rc::gen::weightedElement<std::string>({{20, "a"},
                                                           {8, "b.c"},
                                                           {8, "*"},
                                                           {8, "**"},
                                                           {6, "*a*b"},
                                                           {1, "a**"},
                                                           {1, "."},
                                                           {1, ".."},
                                                           {1, ""},
                                                           {2, "..."},
                                                           {2, "a,\xC3\xA4"},
                                                           {1, "?"},
                                                           {1, "\\*"},
                                                           {1, "[ab]"},
                                                           {1, "{a,b/c}"},
                                                           {1, std::string(1, '\0')}});
  const auto names = *rc::gen::resize(8, rc::gen::container<std::vector<std::string>>(name));
  std::string bytes;
  for (const std::string& each : names) bytes += "/" + each;
  const auto literal = *rc::gen::container<std::vector<bool>>(
      bytes.size(), rc::gen::map(rc::gen::inRange(0, 8), [](int n) { return n == 0; }));
  PatternText text = PatternText::plain(bytes);
  for (size_t i = 0; i < bytes.size(); ++i) text.bytes[i].literal = literal[i];
  expect_read_as_by_tokens(text);
}

TEST(PathGlob, EveryShortGlobIsTheSameWhetherReadByBytesOrByTokens) {
  size_t refused = 0;
  const std::vector<std::string> atoms = {"a", "/", "*", ".", ",", "\\*", "?"};
  for (const std::string& text : short_globs::strings(atoms, 5)) {
    const auto read = parse_path_pattern(PatternText::plain(text));
    const auto expected = parse_by_tokens(PatternText::plain(text));
    ASSERT_EQ(read.has_value(), expected.has_value()) << text;
    if (read) {
      ASSERT_EQ(read->globs, expected->globs) << text;
    } else {
      ++refused;
      ASSERT_EQ(read.error().message, expected.error().message) << text;
    }
  }
  EXPECT_GT(refused, 1000U);
}

}  // namespace
}  // namespace sbxc
