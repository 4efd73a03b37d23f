#include "compiler/pattern/path_glob.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>

#include "compiler/pattern/short_globs_for_test.h"

namespace sbxc {
namespace {

using ::testing::HasSubstr;

PathPattern parse(std::string_view text) {
  auto pattern = parse_path_pattern(PatternText::plain(text));
  EXPECT_TRUE(pattern.has_value()) << text << ": " << pattern.error().message;
  return pattern ? *pattern : PathPattern{};
}

std::vector<std::string> texts(std::string_view text) {
  std::vector<std::string> all;
  for (const PathGlob& glob : parse(text).globs) all.push_back(glob.text());
  return all;
}

Diagnostic refusal(std::string_view text) {
  auto pattern = parse_path_pattern(PatternText::plain(text));
  EXPECT_FALSE(pattern.has_value()) << text;
  return pattern ? Diagnostic{} : pattern.error();
}

bool match(std::string_view pattern, std::string_view path) { return parse(pattern).matches(path); }

// What the parser has to accept of the exhaustive test's alphabet, told from the text alone.
bool well_formed(const std::vector<reference::Names>& globs) {
  for (const reference::Names& glob : globs) {
    for (const std::string& name : glob) {
      if (name.empty()) return false;
      if (name.find("**") != std::string::npos && name != "**") return false;
    }
  }
  return true;
}

// L5
TEST(PathGlob, AgreesWithTheReferenceOnEveryShortGlobAndPath) {
  const std::vector<std::string> paths = short_globs::paths();
  size_t accepted = 0;
  size_t matched = 0;
  for (const std::string& tail :
       short_globs::strings(short_globs::kAtoms, short_globs::kMostAtoms)) {
    const std::string text = "/" + tail;
    const std::vector<reference::Names> expected = reference::compile(text);
    const auto pattern = parse_path_pattern(PatternText::plain(text));
    ASSERT_EQ(pattern.has_value(), well_formed(expected)) << text;
    if (!pattern) continue;
    ++accepted;
    for (const std::string& path : paths) {
      const bool hit = pattern->matches(path);
      ASSERT_EQ(hit, reference::matches(expected, path)) << text << " on " << path;
      matched += hit ? 1 : 0;
    }
  }
  EXPECT_GT(accepted, 10000U);
  EXPECT_GT(matched, 100000U);
}

// L5
TEST(PathGlob, StarAndQuestionMarkNeverMatchASlash) {
  EXPECT_TRUE(match("/a/*/c", "/a/b/c"));
  EXPECT_FALSE(match("/a/*", "/a/b/c"));
  EXPECT_FALSE(match("/a?b", "/a/b"));
  EXPECT_FALSE(match("/a[!x]b", "/a/b"));
  EXPECT_FALSE(match("/a[+-9]b", "/a/b"));
  EXPECT_TRUE(match("/a[+-9]b", "/a0b"));
}

// L5
TEST(PathGlob, ComponentStarIsNotEmpty) {
  EXPECT_FALSE(match("/a/*", "/a"));
  EXPECT_FALSE(match("/*", "/"));
  EXPECT_TRUE(match("/a*", "/a"));
}

// L5
TEST(PathGlob, SubtreeIncludesItsRoot) {
  EXPECT_TRUE(match("/a/**", "/a"));
  EXPECT_TRUE(match("/a/**", "/a/b/c"));
  EXPECT_FALSE(match("/a/**", "/ab"));
  EXPECT_TRUE(match("/**", "/"));
  EXPECT_TRUE(match("/**/c", "/c"));
  EXPECT_TRUE(match("/a/**/c", "/a/c"));
  EXPECT_TRUE(match("/a/**/c", "/a/b/b/c"));
}

// L5
TEST(PathGlob, DotFilesAreOrdinaryNames) {
  EXPECT_TRUE(match("/a/*", "/a/.env"));
  EXPECT_TRUE(match("/a/?env", "/a/.env"));
  EXPECT_TRUE(match("/**", "/a/.git/.x"));
}

// L5
TEST(PathGlob, QuestionMarkIsOneByteNotOneCharacter) {
  EXPECT_FALSE(match("/?", "/ä"));
  EXPECT_TRUE(match("/??", "/ä"));
}

// L5
TEST(PathGlob, ClassesAreThoseOfAShell) {
  EXPECT_TRUE(match("/[a-c]", "/b"));
  EXPECT_FALSE(match("/[!a-c]", "/b"));
  EXPECT_TRUE(match("/[]]", "/]"));
  EXPECT_TRUE(match("/[!]]", "/x"));
  EXPECT_FALSE(match("/[!]]", "/]"));
  EXPECT_TRUE(match("/[a-]", "/-"));
  EXPECT_TRUE(match("/[-a]", "/-"));
  EXPECT_TRUE(match("/[a\\]b]", "/]"));
  EXPECT_TRUE(match("/[[]", "/["));
  EXPECT_TRUE(match("/[a-c-]", "/-"));
  EXPECT_TRUE(match("/[\\^a]", "/^"));
}

// L5
TEST(PathGlob, BracesExpandAsInAShell) {
  EXPECT_THAT(texts("/a/{b,c}/**"), testing::ElementsAre("/a/b/**", "/a/c/**"));
  EXPECT_THAT(texts("/{a,b}{c,d}"), testing::ElementsAre("/ac", "/ad", "/bc", "/bd"));
  EXPECT_THAT(texts("/a{,.bak}"), testing::ElementsAre("/a", "/a.bak"));
  EXPECT_THAT(texts("/.git/{hooks/**,config}"),
              testing::ElementsAre("/.git/hooks/**", "/.git/config"));
  EXPECT_THAT(texts("/{a{b,c},d}"), testing::ElementsAre("/ab", "/ac", "/d"));
  EXPECT_THAT(texts("/a{/**,}"), testing::ElementsAre("/a/**", "/a"));
  EXPECT_THAT(texts("/{a\\,b,c}"), testing::ElementsAre("/a\\,b", "/c"));
  EXPECT_THAT(texts("/{a,a}"), testing::ElementsAre("/a"));
  EXPECT_THAT(texts("{/a,/b}"), testing::ElementsAre("/a", "/b"));
}

TEST(PathGlob, AdjacentGlobstarsAreOne) {
  EXPECT_EQ(parse("/**/**/a").globs, parse("/**/a").globs);
}

TEST(PathGlob, ValueOfAVariableIsNeverAWildcard) {
  PatternText text = PatternText::verbatim("/srv/[x]*{a,b}");
  for (const PatternByte byte : PatternText::plain("/*").bytes) text.bytes.push_back(byte);
  const auto pattern = parse_path_pattern(text);
  ASSERT_TRUE(pattern.has_value());
  EXPECT_TRUE(pattern->matches("/srv/[x]*{a,b}/y"));
  EXPECT_FALSE(pattern->matches("/srv/xy/y"));
  EXPECT_EQ(pattern->globs[0].text(), "/srv/\\[x]\\*\\{a\\,b\\}/*");
}

TEST(PathGlob, SlashAtTheEndOfAValueIsForgiven) {
  for (const std::string_view value : {"/tmp/x/", "/"}) {
    PatternText text = PatternText::verbatim(value);
    ASSERT_TRUE(parse_path_pattern(text).has_value());
    for (const PatternByte byte : PatternText::plain("/*").bytes) text.bytes.push_back(byte);
    const auto pattern = parse_path_pattern(text);
    ASSERT_TRUE(pattern.has_value()) << value;
    EXPECT_EQ(pattern->globs[0].text(), value == "/" ? "/*" : "/tmp/x/*");
  }
}

TEST(PathGlob, NulIsRefusedEvenEscapedOrInAClass) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view text : {"/a\0b"sv, "/a\\\0b"sv, "/[\0]"sv, "/[\\\0-a]"sv}) {
    EXPECT_EQ(refusal(text).kind, Kind::not_canonical);
    EXPECT_EQ(refusal(text).span->begin, text.find('\0'));
  }
}

// L5
TEST(PathGlob, RelativePatternIsAnErrorWithBothLikelySpellings) {
  const Diagnostic error = refusal("src/**");
  EXPECT_EQ(error.kind, Kind::relative_pattern);
  EXPECT_EQ(error.message, "`src/**` is not an absolute path");
  EXPECT_THAT(error.help, HasSubstr("`$cwd/src/**`"));
  EXPECT_THAT(error.help, HasSubstr("`$policy_dir/src/**`"));
  EXPECT_THAT(refusal("./src").help, HasSubstr("`$cwd/src`"));
  EXPECT_THAT(refusal("**/.env").help, HasSubstr("`/**/.env`"));
}

// Whoever writes what is said meets no second error.
TEST(PathGlob, TheSpellingsSaidForARelativePatternAreNone) {
  for (const char* here : {".", "./"}) EXPECT_THAT(refusal(here).help, HasSubstr("`$cwd/**`"));
  for (const char* elsewhere : {"..", "../other", R"(C:\Users\me)"}) {
    EXPECT_EQ(refusal(elsewhere).help, "write the whole path, from `/` on and without `..`");
  }
  EXPECT_THAT(refusal("*.pem").help, HasSubstr("`$cwd/**/*.pem`"));
}

struct Refused {
  std::string_view text;
  Kind kind;
  uint32_t begin;
  uint32_t end;
  std::string_view help;
};

TEST(PathGlob, RefusalsPointAtTheNarrowestPlaceAndSayWhatToWrite) {
  const Refused table[] = {
      {"/a/./b", Kind::not_canonical, 3, 4, "write `/a/b`"},
      {"/a/x/../b", Kind::not_canonical, 5, 7, "write `/a/b`"},
      {"/a//b", Kind::not_canonical, 2, 4, "write `/a/b`"},
      {"/*/../b", Kind::not_canonical, 3, 5, "without `.`, `..` and `//`"},
      {"/a/", Kind::trailing_slash, 2, 3, "`/a` for the directory itself, or `/a/**`"},
      {"/a/{b,}", Kind::trailing_slash, 2, 3, "or with `/**`"},
      {"/a/**b", Kind::misplaced_globstar, 3, 6, "write `**/*b`"},
      {"/a/b**", Kind::misplaced_globstar, 3, 6, "`**/`"},
      {"/a/***", Kind::misplaced_globstar, 3, 6, "`**/`"},
      {"/a/[bc", Kind::unclosed_class, 3, 6, "add `]`"},
      {"/a/[b/c]", Kind::unclosed_class, 3, 5, "add `]`"},
      {"/a/[]", Kind::unclosed_class, 3, 5, "an empty class would match nothing"},
      {"/a/[z-a]", Kind::reversed_range, 4, 7, "write `a-z`"},
      {"/a/[^b]", Kind::caret_class, 3, 5, "write `[!`"},
      {"/a/[[:alpha:]]", Kind::bad_class_member, 4, 6, "`[A-Za-z]`"},
      {"/a/[a-c-e]", Kind::bad_class_member, 4, 8, "last"},
      {"/a/[x{]", Kind::bad_class_member, 5, 6, "write `\\{`"},
      {"/a/[ä]", Kind::bad_class_member, 4, 6, "in braces"},
      {"/a/{b,[c,d]}", Kind::bad_class_member, 8, 9, "write `\\,`"},
      {"/a/{b", Kind::unbalanced_brace, 3, 4, "add `}`"},
      {"/a/b}", Kind::unbalanced_brace, 4, 5, "remove it"},
      {"/a/{b}", Kind::single_alternative, 3, 6, "write `b` alone"},
      {"/a/{}", Kind::single_alternative, 3, 5, "list alternatives"},
      {"/a/{1..3}", Kind::single_alternative, 3, 9, "`[1-3]`"},
      {"", Kind::empty_pattern, 0, 0, "remove it"},
  };
  for (const Refused& row : table) {
    const Diagnostic error = refusal(row.text);
    EXPECT_EQ(facts_of(error.kind).slug, facts_of(row.kind).slug) << row.text;
    EXPECT_EQ(error.span->begin, row.begin) << row.text;
    EXPECT_EQ(error.span->end, row.end) << row.text;
    EXPECT_THAT(error.help, HasSubstr(std::string(row.help))) << row.text;
  }
}

TEST(PathGlob, LimitsAreCheckedBeforeAnythingIsExpanded) {
  std::string doubling = "/";
  for (int i = 0; i < 40; ++i) doubling += "{a,b}";
  EXPECT_EQ(refusal(doubling).kind, Kind::too_many_expansions);
  std::string wide = "/";
  for (int i = 0; i < 10; ++i) wide += "{a,b}";
  EXPECT_EQ(parse(wide).globs.size(), kMaxBraceExpansions);
  EXPECT_EQ(refusal(wide + std::string(200, 'x')).kind, Kind::too_many_expansions);
  EXPECT_EQ(refusal("/" + std::string(2000, '{')).kind, Kind::too_many_expansions);
  std::string deep;
  for (size_t i = 0; i < kMaxComponents; ++i) deep += "/a";
  EXPECT_EQ(parse(deep).globs[0].components.size(), kMaxComponents);
  EXPECT_EQ(refusal(deep + "/a").kind, Kind::pattern_too_long);
  EXPECT_EQ(refusal("/" + std::string(kMaxPatternBytes, 'a')).kind, Kind::pattern_too_long);
}

// Each of these takes longer than the age of the universe by naive backtracking.
TEST(PathGlob, HostileGlobsAreMatchedInBoundedTime) {
  std::string stars = "/";
  for (int i = 0; i < 100; ++i) stars += "*a";
  std::string globstars;
  for (int i = 0; i < 60; ++i) globstars += "/**/a";
  std::string deep;
  for (int i = 0; i < 2000; ++i) deep += "/a";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(match(stars + "b", "/" + std::string(4000, 'a')));
  EXPECT_FALSE(match(globstars + "/b", deep));
  EXPECT_FALSE(match("/**" + stars + "b/**/x", deep + "/" + std::string(4000, 'a')));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(PathGlob, KnowsLiteralPrefixAndSubtree) {
  const auto glob = [](std::string_view text) { return parse(text).globs[0]; };
  EXPECT_EQ(glob("/a/b/*.c").literal_prefix(), "/a/b");
  EXPECT_EQ(glob("/a/b/*.c").literal_depth(), 2U);
  EXPECT_EQ(glob("/*").literal_prefix(), "/");
  EXPECT_TRUE(glob("/a/\\*").is_literal());
  EXPECT_EQ(glob("/a/\\*").literal_prefix(), "/a/*");
  EXPECT_TRUE(glob("/").is_literal());
  EXPECT_TRUE(glob("/a/**").is_subtree());
  EXPECT_TRUE(glob("/**").is_subtree());
  EXPECT_FALSE(glob("/a/*/**").is_subtree());
  EXPECT_FALSE(glob("/a").is_subtree());
}

rc::Gen<std::string> hostile_name() {
  return rc::gen::suchThat(
      rc::gen::resize(12, rc::gen::container<std::string>(rc::gen::element(
                              'a', 'b', '.', '*', '?', '[', ']', '{', '}', ',', '\\', '-', '!', '^',
                              ' ', '#', '~', '@', '$', '"', '=', '\xC3', '\xA4', '\n'))),
      [](const std::string& name) { return !name.empty() && name != "." && name != ".."; });
}

RC_GTEST_PROP(PathGlob, TextParsesBackToAnEqualGlob, ()) {
  const auto set = rc::gen::map(rc::gen::pair(hostile_name(), rc::gen::arbitrary<bool>()),
                                [](const std::pair<std::string, bool>& from) {
                                  ByteSet bytes;
                                  for (const char c : from.first) {
                                    if (static_cast<unsigned char>(c) < 0x80) {
                                      bytes.set(static_cast<unsigned char>(c));
                                    }
                                  }
                                  bytes.set('z');
                                  ByteSet all = ByteSet().set().reset(0).reset('/');
                                  return NameAtom(from.second ? all & ~bytes : bytes);
                                });
  const auto component = rc::gen::oneOf(
      rc::gen::just(Component(AnyComponents{})),
      rc::gen::map(
          hostile_name(),
          [](std::string name) { return Component(NameGlob{{Literal{std::move(name)}}}); }),
      rc::gen::map(rc::gen::tuple(hostile_name(), set, hostile_name()), [](auto parts) {
        return Component(NameGlob{{Literal{std::get<0>(parts)}, std::get<1>(parts), AnyRun{},
                                   Literal{std::get<2>(parts)}}});
      }));
  PathGlob glob;
  for (const Component& next :
       *rc::gen::resize(20, rc::gen::container<std::vector<Component>>(component))) {
    if (glob.components.empty() || next != Component(AnyComponents{}) ||
        glob.components.back() != next) {
      glob.components.push_back(next);
    }
  }
  RC_PRE(glob.components.size() <= kMaxComponents && glob.text().size() <= kMaxPatternBytes);
  const auto back = parse_path_pattern(PatternText::plain(glob.text()));
  RC_LOG() << glob.text() << '\n' << (back ? "" : back.error().message) << '\n';
  RC_ASSERT(back.has_value());
  RC_ASSERT(back->globs.size() == 1U);
  RC_ASSERT(back->globs[0] == glob);
}

RC_GTEST_PROP(PathGlob, LiteralGlobMatchesItsPathAlone, ()) {
  const auto names =
      *rc::gen::resize(20, rc::gen::container<std::vector<std::string>>(hostile_name()));
  std::string path;
  for (const std::string& name : names) path += "/" + name;
  if (path.empty()) path = "/";
  RC_ASSERT(is_canonical_path(path));
  const PathGlob glob = literal_path_glob(path);
  RC_ASSERT(glob.matches(path));
  RC_ASSERT(!glob.matches(path + "x"));
  RC_ASSERT(glob.is_literal() && glob.literal_prefix() == path);
  const auto back = parse_canonical_path(PatternText::plain(glob.text()));
  RC_ASSERT(back.has_value() && *back == path);
}

TEST(CanonicalPath, IsAbsoluteAndInOneSpelling) {
  for (const std::string_view good : {"/", "/a", "/a/b", "/...", "/.a", "/a b", "/ä", "/a*"}) {
    EXPECT_TRUE(is_canonical_path(good)) << good;
    EXPECT_EQ(parse_canonical_path(PatternText::verbatim(good)).value_or("?"), good);
  }
  using std::string_view_literals::operator""sv;
  for (const std::string_view bad :
       {""sv, "a"sv, "//"sv, "/a//b"sv, "/./a"sv, "/a/.."sv, "/a\0b"sv}) {
    EXPECT_FALSE(is_canonical_path(bad)) << bad;
    EXPECT_FALSE(parse_canonical_path(PatternText::verbatim(bad)).has_value()) << bad;
  }
}

TEST(CanonicalPath, LosesTheSlashAtItsEnd) {
  EXPECT_FALSE(is_canonical_path("/a/"));
  EXPECT_EQ(parse_canonical_path(PatternText::verbatim("/a/")).value_or("?"), "/a");
}

TEST(CanonicalPath, OfARequestHasNoWildcard) {
  const auto path = parse_canonical_path(PatternText::plain("/a/*.c"));
  ASSERT_FALSE(path.has_value());
  EXPECT_EQ(path.error().kind, Kind::wildcard_in_request);
  EXPECT_EQ(path.error().span->begin, 3U);
  EXPECT_EQ(parse_canonical_path(PatternText::plain("/a/\\*.c")).value_or("?"), "/a/*.c");
}

}  // namespace
}  // namespace sbxc
