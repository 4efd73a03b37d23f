#include "compiler/policy/overlap.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "compiler/pattern/path_glob.h"

namespace sbxc {
namespace {

PathGlob glob(std::string_view text) {
  return parse_path_pattern(PatternText::plain(text)).value().globs.at(0);
}
Pattern connect(std::string_view text) {
  return parse_connect_pattern(PatternText::plain(text)).value();
}
Pattern listen(std::string_view text) {
  return parse_listen_pattern(PatternText::plain(text)).value();
}
Pattern socket(std::string_view text) {
  return parse_socket_pattern(PatternText::plain(text)).value();
}

TEST(PathOverlap, IsFoundWhereAPathIsInBoth) {
  EXPECT_TRUE(overlap(glob("/a/**"), glob("/a")));
  EXPECT_TRUE(overlap(glob("/**/x"), glob("/a/**/y/x")));
  EXPECT_TRUE(overlap(glob("/a/*b"), glob("/a/b*")));
  EXPECT_TRUE(overlap(glob("/a/[a-m]x"), glob("/a/[h-z]*")));
  EXPECT_TRUE(overlap(glob("/**/a/**"), glob("/b/**")));
}

TEST(PathOverlap, IsNotFoundWhereNoPathIsInBoth) {
  EXPECT_FALSE(overlap(glob("/a/**"), glob("/b/**")));
  EXPECT_FALSE(overlap(glob("/a/*"), glob("/a")));
  EXPECT_FALSE(overlap(glob("/a/*.c"), glob("/a/*.h")));
  EXPECT_FALSE(overlap(glob("/a/[a-g]x"), glob("/a/[h-z]*")));
  EXPECT_FALSE(overlap(glob("/**/x"), glob("/**/y")));
}

TEST(PathCovers, ProvesInclusion) {
  EXPECT_TRUE(covers(glob("/a/**"), glob("/a")));
  EXPECT_TRUE(covers(glob("/a/**"), glob("/a/*/b/**")));
  EXPECT_TRUE(covers(glob("/**"), glob("/**/x")));
  EXPECT_TRUE(covers(glob("/**/x/**"), glob("/a/x/b")));
  EXPECT_TRUE(covers(glob("/a/*"), glob("/a/[a-c]*.c")));
  EXPECT_TRUE(covers(glob("/a/*.c"), glob("/a/x*.c")));
  EXPECT_FALSE(covers(glob("/a/*"), glob("/a/**")));
  EXPECT_FALSE(covers(glob("/a"), glob("/a/**")));
  EXPECT_FALSE(covers(glob("/a/*.c"), glob("/a/*")));
  EXPECT_FALSE(covers(glob("/a/[a-c]"), glob("/a/[a-d]")));
}

TEST(HostOverlap, LooksAtNamesPortsAndNetworks) {
  EXPECT_TRUE(overlap(connect("*.example.com"), connect("a.example.com:443-500")));
  EXPECT_FALSE(overlap(connect("*.example.com"), connect("example.com")));
  EXPECT_FALSE(overlap(connect("*.example.com"), connect("a.example.com:22")));
  EXPECT_FALSE(overlap(connect("*.example.com"), connect("notexample.com")));
  EXPECT_TRUE(overlap(connect("10.0.0.0/8"), connect("10.1.2.3")));
  EXPECT_FALSE(overlap(connect("10.0.0.0/8"), connect("[::/0]:*")));
  EXPECT_FALSE(overlap(connect("*"), connect("10.1.2.3")));
  EXPECT_TRUE(overlap(connect("*"), connect("*.example.com")));
  EXPECT_TRUE(overlap(listen("localhost:1-5"), listen("[::1]:5")));
}

TEST(HostCovers, ProvesInclusion) {
  EXPECT_TRUE(covers(connect("*.example.com:*"), connect("*.a.example.com")));
  EXPECT_TRUE(covers(connect("*"), connect("*.example.com")));
  EXPECT_FALSE(covers(connect("*.a.example.com"), connect("*.example.com")));
  EXPECT_FALSE(covers(connect("*.example.com:443"), connect("a.example.com")));
  EXPECT_TRUE(covers(connect("10.0.0.0/8:*"), connect("10.1.0.0/16:80")));
  EXPECT_FALSE(covers(connect("10.1.0.0/16"), connect("10.0.0.0/8")));
  EXPECT_FALSE(covers(connect("*"), connect("localhost")))
      << "localhost is two addresses as well as a name";
}

TEST(SocketOverlap, KeepsPathsAndAbstractNamesApart) {
  EXPECT_FALSE(overlap(socket("/**"), socket("@*")));
  EXPECT_TRUE(overlap(socket("@/tmp/*"), socket("@/tmp/.X11-unix/X0")));
  EXPECT_TRUE(covers(socket("@*"), socket("@dbus-*")));
  EXPECT_TRUE(covers(socket("/run/**"), socket("/run/docker.sock")));
}

TEST(PatternsOfTwoKinds, NeverOverlap) {
  EXPECT_FALSE(overlap(socket("/a"), connect("a.com")));
  EXPECT_FALSE(covers(socket("/a"), connect("a.com")));
}

// Globs over a small alphabet, so that pairs of them often touch.
rc::Gen<std::string> any_glob() {
  const auto name = rc::gen::element<std::string>("a", "b", "ab", "*", "a*", "*b", "?", "[ab]",
                                                  "[!a]", "a?", "*a*", "**");
  return rc::gen::map(rc::gen::resize(4, rc::gen::container<std::vector<std::string>>(name)),
                      [](const std::vector<std::string>& names) {
                        std::string out;
                        for (const std::string& n : names) out += "/" + n;
                        return out.empty() ? "/" : out;
                      });
}

std::vector<std::string> short_paths() {
  std::vector<std::string> paths = {"/"};
  std::vector<std::string> last = {""};
  for (int depth = 0; depth < 4; ++depth) {
    std::vector<std::string> next;
    for (const std::string& path : last) {
      for (const char* name : {"a", "b", "ab", "ba", "c"}) next.push_back(path + "/" + name);
    }
    paths.insert(paths.end(), next.begin(), next.end());
    last = std::move(next);
  }
  return paths;
}

RC_GTEST_PROP(PathOverlap, AgreesWithAllShortPaths, ()) {
  static const std::vector<std::string> paths = short_paths();
  const PathGlob a = glob(*any_glob());
  const PathGlob b = glob(*any_glob());
  bool met = false;
  bool inside = true;
  for (const std::string& path : paths) {
    const bool in_b = b.matches(path);
    met = met || (in_b && a.matches(path));
    inside = inside && (!in_b || a.matches(path));
  }
  if (met) RC_ASSERT(overlap(a, b));
  if (covers(a, b)) RC_ASSERT(inside);
  // Two globs of at most four components that meet, meet in a path this short.
  if (a.components.size() + b.components.size() <= 4 && overlap(a, b)) RC_ASSERT(met);
  RC_ASSERT(overlap(a, b) == overlap(b, a));
  RC_ASSERT(covers(a, a));
}

}  // namespace
}  // namespace sbxc
