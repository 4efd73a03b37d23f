// Rules, settings, limits, assertions, tests: what each statement becomes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/resolve/resolving.h"
#include "compiler/resolve/settings.h"

namespace sbxc {
namespace {

using ::testing::HasSubstr;

TEST(Rules, KeepReasonsAndSystems) {
  Workbench bench;
  const Resolved r = bench.resolve(
      "deny read /a because \"why\" accept widened \"so what\"\n"
      "on macos { allow read /b }\nallow syscall read\nallow mach com.example.x\n");
  ASSERT_TRUE(r.policy) << r.messages();
  const auto& rules = r.policy->rules;
  ASSERT_EQ(rules.size(), 4U);
  EXPECT_EQ(rules[0].because, "why");
  EXPECT_EQ(rules[0].accept_widened, "so what");
  EXPECT_EQ(rules[0].os, (OsSet{true, true}));
  EXPECT_EQ(rules[1].os, (OsSet{false, true}));
  EXPECT_EQ(rules[2].os, (OsSet{true, false})) << "system calls are Linux's";
  EXPECT_EQ(rules[3].os, (OsSet{false, true})) << "Mach services are macOS's";
  EXPECT_EQ(r.sources.text(rules[0].head), "deny read");
}

TEST(Rules, WithABroadWildcardNeedAReason) {
  Workbench bench;
  for (const char* pattern : {"*", "*.com", "*.co.uk", "*.github.io"}) {
    const std::string rule = std::string("allow connect ") + pattern;
    EXPECT_FALSE(bench.resolve(rule + "\n").policy) << pattern;
    EXPECT_TRUE(bench.resolve(rule + " because \"all of them\"\n").policy) << pattern;
    EXPECT_FALSE(bench.resolve("allow connect a.com except " + std::string(pattern) + "\n").policy);
  }
  EXPECT_TRUE(bench.resolve("allow connect *.example.com\n").policy);
  EXPECT_TRUE(bench.resolve("allow read /a\nassert never connect *\n").policy);
}

TEST(Rules, WithABroadWildcardFromASetShowTheRule) {
  Workbench bench;
  const Resolved r = bench.resolve("let all = *.com\nallow connect all\n");
  EXPECT_THAT(r.messages(), HasSubstr("used here without a reason"));
}

TEST(Rules, WithoutPatternsAreDropped) {
  Workbench bench;
  const Resolved allow = bench.resolve("allow connect { }\n");
  ASSERT_TRUE(allow.policy);
  EXPECT_TRUE(allow.policy->rules.empty());
  EXPECT_EQ(allow.messages(), "");
  EXPECT_EQ(bench.resolve("deny connect { }\n").diagnostics.all().size(), 1U);
}

TEST(Limits, ReadCountsBytesAndTimes) {
  struct Case {
    LimitKind kind;
    const char* text;
    uint64_t value;
  };
  const Case cases[] = {
      {LimitKind::processes, "512", 512},
      {LimitKind::open_files, "1", 1},
      {LimitKind::memory, "8GiB", 8ULL << 30},
      {LimitKind::memory, "8GB", 8'000'000'000},
      {LimitKind::memory, "12B", 12},
      {LimitKind::file_size, "3KiB", 3072},
      {LimitKind::file_size, "3MB", 3'000'000},
      {LimitKind::memory, "2TiB", 2ULL << 40},
      {LimitKind::memory, "5TB", 5'000'000'000'000},
      {LimitKind::memory, "7KB", 7000},
      {LimitKind::memory, "7MiB", 7ULL << 20},
      {LimitKind::time, "90s", 90},
      {LimitKind::time, "30m", 1800},
      {LimitKind::time, "2h", 7200},
      {LimitKind::time, "1d", 86400},
      {LimitKind::processes, "9223372036854775807", 9223372036854775807ULL},
  };
  for (const Case& c : cases) {
    const auto value = parse_limit_value(c.kind, c.text);
    ASSERT_TRUE(value) << c.text << ": " << value.error();
    EXPECT_EQ(*value, c.value) << c.text;
  }
}

TEST(Limits, RefuseEverythingElse) {
  const std::pair<LimitKind, const char*> cases[] = {
      {LimitKind::processes, ""},
      {LimitKind::processes, "5k"},
      {LimitKind::processes, "-1"},
      {LimitKind::processes, "0"},
      {LimitKind::processes, "1 "},
      {LimitKind::memory, "8"},
      {LimitKind::memory, "GiB"},
      {LimitKind::memory, "8gib"},
      {LimitKind::memory, "8Gi"},
      {LimitKind::memory, "8.5GiB"},
      {LimitKind::time, "30"},
      {LimitKind::time, "30min"},
      {LimitKind::memory, "8388608TiB"},
      {LimitKind::processes, "9223372036854775808"},
      {LimitKind::processes, "99999999999999999999999"},
  };
  for (const auto& [kind, text] : cases) EXPECT_FALSE(parse_limit_value(kind, text)) << text;
}

TEST(Limits, TakeTheSmallestOnEachSystem) {
  Workbench bench;
  bench.files["a.sbx"] = "sbx 1\nlimit memory 4GiB, processes 10\n";
  const Resolved r = bench.resolve(
      "use \"a.sbx\"\nlimit memory 8GiB, processes 20\non linux { limit memory 1GiB }\n");
  ASSERT_TRUE(r.policy) << r.messages();
  EXPECT_EQ(r.messages(), "");
  ASSERT_EQ(r.policy->limits.size(), 3U);
  EXPECT_EQ(r.policy->limits[0].value, 10U);
  EXPECT_EQ(r.policy->limits[0].os, (OsSet{true, true}));
  EXPECT_EQ(r.policy->limits[1].value, 1ULL << 30);
  EXPECT_EQ(r.policy->limits[1].os, (OsSet{true, false}));
  EXPECT_EQ(r.policy->limits[2].value, 4ULL << 30);
  EXPECT_EQ(r.policy->limits[2].os, (OsSet{false, true}));
}

TEST(SetEnv, FillsInVariablesAndKeepsEqualValuesOnce) {
  Workbench bench;
  bench.files["a.sbx"] = "sbx 1\nset env CI = \"1\"\n";
  const Resolved r = bench.resolve(
      "use \"a.sbx\"\nset env CI = \"1\"\nset env CACHE = \"$home/c:${tmp}x\"\n"
      "set env PRICE = \"5$$ or 5$ or $$home\"\non linux { set env OS = \"l\" }\n"
      "on macos { set env OS = \"m\" }\n");
  ASSERT_TRUE(r.policy) << r.messages();
  const auto& env = r.policy->environment;
  ASSERT_EQ(env.size(), 5U);
  EXPECT_EQ(env[0].value, "1");
  EXPECT_EQ(env[1].value, "/home/u/c:/tmpx");
  EXPECT_EQ(env[2].value, "5$ or 5$ or $home");
  EXPECT_EQ(env[3].os, (OsSet{true, false}));
}

TEST(SetEnv, TakesValuesOfAtMost128KiB) {
  Workbench bench;
  bench.files["long.sbx"] = "sbx 1\nparam p = /" + std::string(4000, 'x') + "\n";
  const auto of = [&](size_t times) {
    std::string text = "use \"long.sbx\"\nset env A = \"";
    for (size_t i = 0; i < times; ++i) text += "$p";
    return bench.resolve(text + "\"\n");
  };
  ASSERT_TRUE(of(32).policy);
  EXPECT_EQ(of(32).policy->environment[0].value.size(), 32U * 4001);
  EXPECT_FALSE(of(33).policy);
  EXPECT_THAT(of(33).messages(), HasSubstr("longer than 131072 bytes"));
}

TEST(SetEnv, NeedsOneGoodName) {
  Workbench bench;
  EXPECT_FALSE(bench.resolve("set env A* = \"1\"\n").policy);
  EXPECT_FALSE(bench.resolve("set env 1A = \"1\"\n").policy);
  EXPECT_FALSE(bench.resolve("set env A-B = \"1\"\n").policy);
  EXPECT_TRUE(bench.resolve("set env http_proxy = \"\"\n").policy);
}

TEST(Assertions, KeepTheirPatternsAndTheBaselineAsResolved) {
  Workbench bench;
  bench.files["lib/a.sbx"] =
      "sbx 1\nassert within \"base.sbx\"\non macos { assert always mach com.example.x }\n";
  bench.files["lib/base.sbx"] = "sbx 1\n";
  const Resolved r = bench.resolve("use \"lib/a.sbx\"\nassert never read ~/a, ~/b\n");
  ASSERT_TRUE(r.policy) << r.messages();
  ASSERT_EQ(r.policy->assertions.size(), 3U);
  EXPECT_EQ(r.policy->assertions[0].baseline, "lib/base.sbx");
  EXPECT_EQ(r.policy->assertions[0].chain.size(), 1U);
  EXPECT_EQ(r.policy->assertions[1].os, (OsSet{false, true}));
  EXPECT_EQ(r.policy->assertions[2].patterns.size(), 2U);
}

TEST(Tests, HoldCanonicalRequests) {
  Workbench bench;
  const Resolved r = bench.resolve(R"(
test "all kinds" {
  allow read ~/a, "/with space/b"
  deny  connect EXAMPLE.com., [2001:DB8::1]:80   because "x"
  allow listen localhost:3000, 0.0.0.0:80
  allow socket @name/x, /run/s
  allow env PATH
  allow syscall openat, ioctl:TIOCSTI
  allow mach com.example.x
}
)");
  ASSERT_TRUE(r.policy) << r.messages();
  std::vector<std::string> seen;
  for (const TestLine& line : r.policy->tests.at(0).lines) seen.push_back(line.request.text());
  EXPECT_THAT(seen, ::testing::ElementsAre("/home/u/a", "/with space/b", "example.com:443",
                                           "[2001:db8::1]:80", "127.0.0.1:3000", "[::1]:3000",
                                           "0.0.0.0:80", "@name/x", "/run/s", "PATH", "openat",
                                           "ioctl:TIOCSTI", "com.example.x"));
  EXPECT_EQ(r.policy->tests[0].lines[2].because, "x");
  EXPECT_EQ(r.policy->tests[0].lines[10].os, (OsSet{true, false}));
}

TEST(Tests, RefuseWildcardsSetsAndHalfRequests) {
  Workbench bench;
  for (const char* line :
       {"read /a/*", "read /a/{b,c}", "read a/b", "connect *.example.com", "connect 10.0.0.0/8:1",
        "connect a.com:80-90", "listen localhost", "listen example.com:80", "socket @a*", "env A*",
        "env {A,B}", "syscall @mount", "syscall opnat", "mach com.apple.*", "read /a/../b",
        "connect http://a.com"}) {
    const Resolved r = bench.resolve("test \"t\" { deny " + std::string(line) + " }\n");
    EXPECT_FALSE(r.policy) << line;
    EXPECT_EQ(r.diagnostics.error_count(), 1U) << line << "\n" << r.messages();
  }
}

Result<Request> ask(Operation operation, std::string_view text) {
  Workbench bench;
  return parse_request(operation, text, bench.options.surroundings);
}

TEST(ParseRequest, ReadsWhatAPersonTypes) {
  EXPECT_EQ(ask(Operation::read, "~/.ssh/id_rsa")->text(), "/home/u/.ssh/id_rsa");
  EXPECT_EQ(ask(Operation::write, "$cwd/a b")->text(), "/work/a b");
  EXPECT_EQ(ask(Operation::connect, "www.npmjs.org")->text(), "www.npmjs.org:443");
  EXPECT_EQ(ask(Operation::syscall, "openat")->text(), "openat");
  EXPECT_EQ(ask(Operation::listen, "localhost:80")->text(), "127.0.0.1:80");
}

TEST(ParseRequest, GivesErrorsWithoutAPlace) {
  for (const auto& [operation, text] : {std::pair{Operation::read, "a"},
                                        {Operation::read, "/a/*"},
                                        {Operation::read, ""},
                                        {Operation::read, "$nope/a"},
                                        {Operation::connect, ""},
                                        {Operation::env, "A B"},
                                        {Operation::syscall, "opnat"},
                                        {Operation::socket, "@"},
                                        {Operation::read, "$"}}) {
    const auto request = ask(operation, text);
    ASSERT_FALSE(request) << text;
    EXPECT_FALSE(request.error().span);
    EXPECT_TRUE(request.error().labels.empty());
    EXPECT_NE(request.error().message, "");
  }
}

}  // namespace
}  // namespace sbxc
