#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/policy/print.h"
#include "compiler/resolve/resolving.h"

namespace sbxc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The patterns of the first rule, variables filled in.
std::vector<std::string> patterns(const Resolved& r) {
  std::vector<std::string> out;
  if (!r.policy || r.policy->rules.empty()) return {r.messages()};
  for (const Pattern& pattern : r.policy->rules[0].patterns) {
    for (const std::string& text : print_patterns(*r.policy, pattern)) out.push_back(text);
  }
  return out;
}

TEST(Variables, FillInBuiltInsParamsAndTheEnvironment) {
  Workbench bench;
  bench.options.surroundings.environment["XDG_RUNTIME_DIR"] = "/run/user/7";
  const Resolved r = bench.resolve(
      "param workspace = $cwd/src\nparam inner = ${workspace}/inner\n"
      "allow read $cwd, ~, ~/a, $home/b, $tmp/**, /home/$user/x, ${inner}y/*, $policy_dir/z, "
      "$XDG_RUNTIME_DIR/bus\n");
  EXPECT_THAT(patterns(r),
              ElementsAre("/work", "/home/u", "/home/u/a", "/home/u/b", "/tmp/**", "/home/u/x",
                          "/work/src/innery/*", "/work/z", "/run/user/7/bus"));
}

TEST(Variables, AreLiteralWhateverTheyHold) {
  Workbench bench;
  bench.options.defines["dir"] = "/srv/a*b[1]{x,y}\\$home";
  const Resolved r = bench.resolve("param dir\nallow read $dir/*\n");
  ASSERT_TRUE(r.policy) << r.messages();
  const auto& glob = std::get<PathPattern>(r.policy->rules[0].patterns[0]).globs;
  ASSERT_EQ(glob.size(), 1U);
  EXPECT_TRUE(glob[0].matches("/srv/a*b[1]{x,y}\\$home/f"));
  EXPECT_FALSE(glob[0].matches("/srv/aXb1x\\$home/f"));
}

TEST(Variables, GiveOneSlashWhereTheHomeIsTheRoot) {
  Workbench bench;
  bench.options.surroundings.home = "/";
  bench.options.surroundings.cwd = "/";
  const Resolved r = bench.resolve("allow read ~/.ssh/**, $home, $cwd/**, $cwd\n");
  EXPECT_THAT(patterns(r), ElementsAre("/.ssh/**", "/", "/**", "/"));
}

TEST(Variables, LoseASlashAtTheEnd) {
  Workbench bench;
  bench.options.surroundings.tmp = "/var/folders/x/T/";
  EXPECT_THAT(patterns(bench.resolve("allow read $tmp/**, $tmp\n")),
              ElementsAre("/var/folders/x/T/**", "/var/folders/x/T"));
}

TEST(Variables, CanBeEscaped) {
  Workbench bench;
  EXPECT_THAT(patterns(bench.resolve("allow read /srv/\\$home/\\~x, \"/srv/a b/\\*\"\n")),
              ElementsAre("/srv/\\$home/~x", "/srv/a\\ b/\\*"));
}

TEST(Variables, MeanInASetWhatTheyMeanInItsFile) {
  Workbench bench;
  bench.files["lib/a.sbx"] = "sbx 1\nlet beside = $policy_dir/data/**\n";
  EXPECT_THAT(patterns(bench.resolve("use \"lib/a.sbx\"\nallow read beside, $policy_dir/own\n")),
              ElementsAre("/work/lib/data/**", "/work/own"));
}

TEST(Variables, NameThePolicysFolderWhereverTheCommandRuns) {
  Workbench bench;
  bench.options.start_directory = "/elsewhere";
  EXPECT_THAT(patterns(bench.resolve("allow read $policy_dir/a, $cwd/b\n")),
              ElementsAre("/elsewhere/a", "/work/b"));
}

TEST(Variables, OfTheEnvironmentThatAreUnsetMatchNothingInAnAllowRule) {
  Workbench bench;
  bench.options.surroundings.environment["EMPTY"] = "";
  const Resolved r = bench.resolve("allow socket $SSH_AUTH_SOCK, $EMPTY, /run/x\n");
  EXPECT_THAT(patterns(r), ElementsAre("/run/x"));
  EXPECT_EQ(r.diagnostics.all().size(), 2U);
  EXPECT_EQ(r.messages().find("error"), std::string::npos);
}

TEST(Variables, OfTheEnvironmentThatAreUnsetAreAnErrorElsewhere) {
  for (const char* text :
       {"deny read $NOPE/**\n", "allow read /** except $NOPE/**\n", "assert never read $NOPE\n",
        "test \"t\" { deny read $NOPE }\n", "param p = $NOPE/x\nallow read $p\n",
        "set env A = \"$NOPE\"\n", "use std/secrets except $NOPE/**\n"}) {
    Workbench bench;
    const Resolved r = bench.resolve(text);
    EXPECT_FALSE(r.policy) << text;
    EXPECT_EQ(r.diagnostics.error_count(), 1U) << r.messages();
    EXPECT_THAT(r.messages(),
                HasSubstr("error[SBX2023]: the environment variable `NOPE` is not set"));
  }
}

TEST(Params, TakeTheValueOfTheCommandLineOverTheDefault) {
  Workbench bench;
  bench.options.defines["workspace"] = "/srv/x";
  const Resolved r = bench.resolve("param workspace = $nonsense\nallow read $workspace/**\n");
  EXPECT_THAT(patterns(r), ElementsAre("/srv/x/**"));
  EXPECT_EQ(r.policy->params.at("workspace"), "/srv/x");
  EXPECT_EQ(r.policy->params.at("home"), "/home/u");
  EXPECT_EQ(r.policy->params.at("policy_dir"), "/work");
}

TEST(Params, OfTwoFilesAreOneWhenTheirDefaultsAreTheSame) {
  Workbench bench;
  bench.files["a.sbx"] = "sbx 1\nparam workspace = $cwd\nallow read $workspace/a\n";
  bench.options.defines["workspace"] = "/srv";
  const Resolved r =
      bench.resolve("use \"a.sbx\"\nparam workspace = $cwd\nallow read $workspace/b\n");
  ASSERT_TRUE(r.policy) << r.messages();
  EXPECT_THAT(print(*r.policy), HasSubstr("allow read /srv/a\n"));
  EXPECT_THAT(print(*r.policy), HasSubstr("allow read /srv/b\n"));
}

TEST(Params, OfTwoFilesThatSayPolicyDirAreNotTheSame) {
  Workbench bench;
  bench.files["a/a.sbx"] = "sbx 1\nlet beside = $policy_dir/**\nallow read beside\n";
  bench.files["b/b.sbx"] = "sbx 1\nlet beside = $policy_dir/**\nallow read beside\n";
  const Resolved r = bench.resolve("use \"a/a.sbx\", \"b/b.sbx\"\nallow write beside\n");
  EXPECT_FALSE(r.policy);
  EXPECT_THAT(r.messages(), HasSubstr("error[SBX2010]: `beside` is defined twice"));
}

TEST(Params, WorkForHostsAndNamesToo) {
  Workbench bench;
  bench.options.defines["api"] = "API.Example.com.";
  bench.options.defines["port"] = "8443";
  EXPECT_THAT(patterns(bench.resolve("param api\nparam port\nallow connect $api:$port\n")),
              ElementsAre("api.example.com:8443"));
}

TEST(Params, RefuseANulByte) {
  Workbench bench;
  bench.options.defines["a"] = std::string("/x\0y", 4);
  const Resolved r = bench.resolve("param a\nallow read $a\n");
  EXPECT_FALSE(r.policy);
  EXPECT_EQ(r.messages(), R"(error[SBX2018]: the value of `a` holds a NUL byte
   --> p.sbx:2:7
 2 | param a
   |       ^
)");
}

TEST(Sets, HoldSetsAndUnfoldEachOnce) {
  Workbench bench;
  const Resolved r =
      bench.resolve("let a = { /a, b }\nlet b = /b, c\nlet c = /c\nallow read a, { /d, c }\n");
  EXPECT_THAT(patterns(r), ElementsAre("/a", "/b", "/c", "/d", "/c"));
}

TEST(Sets, OfManyLevelsDoNotMultiply) {
  Workbench bench;
  std::string text = "let s0 = /x\n";
  for (int i = 1; i < 5000; ++i) {
    const std::string below = "s" + std::to_string(i - 1);
    text.append("let s").append(std::to_string(i)).append(" = ");
    text.append(below).append(", ").append(below).append("\n");
  }
  EXPECT_THAT(patterns(bench.resolve(text + "allow read s4999\n")), ElementsAre("/x"));
}

TEST(Sets, AreNotMeantByAQuotedWord) {
  Workbench bench;
  const Resolved r = bench.resolve("let db = one.example, two.example\nallow connect db, \"db\"\n");
  EXPECT_THAT(patterns(r), ElementsAre("one.example", "two.example", "db"));
}

TEST(Sets, OfAFileBesideAreNotVisible) {
  Workbench bench;
  bench.files["a.sbx"] = "sbx 1\nlet mine = /a\n";
  bench.files["b.sbx"] = "sbx 1\nallow read mine\n";
  const Resolved r = bench.resolve("use \"a.sbx\", \"b.sbx\"\n");
  EXPECT_FALSE(r.policy);
  EXPECT_THAT(r.messages(), HasSubstr("error[SBX3000]: `mine` is not an absolute path"));
}

TEST(Programs, AreNotLookedForByTheirNameAlone) {
  Workbench bench;
  const Resolved r = bench.resolve("allow exec git\n");
  EXPECT_THAT(r.messages(), HasSubstr("help: a program is its whole path, such as `/usr/bin/git`"));
}

TEST(Sets, OfAMisspeltNameAreSuggested) {
  Workbench bench;
  const Resolved r = bench.resolve("let caches = ~/.npm/**\nallow write cahces\n");
  EXPECT_THAT(r.messages(), HasSubstr("help: did you mean the set `caches`?"));
}

TEST(Sets, OfTheWrongKindShowBothPlaces) {
  Workbench bench;
  const Resolved r = bench.resolve("let some = /a, example.com\nallow read some\n");
  EXPECT_EQ(r.messages(),
            R"(error[SBX2031]: the set `some` holds `example.com`, which is no pattern for `read`
   --> p.sbx:3:12
 3 | allow read some
   |            ^^^^
 2 | let some = /a, example.com
   |                ----------- this one
help: a set holds patterns of one kind: make a set for each
)");
}

TEST(Sets, WithAMistakeShowWhereTheyAreUsed) {
  Workbench bench;
  const Resolved r = bench.resolve("let some = /a//b\nallow read some\n");
  EXPECT_THAT(r.messages(), HasSubstr(R"(
 3 | allow read some
   |            ---- used for `read` here
)"));
}

TEST(HostLists, AreReadOnceAndUsedLikeASet) {
  Workbench bench;
  bench.files["list.txt"] = "bad.example\n*.worse.example\n";
  const Resolved r = bench.resolve(
      "let blocked = hosts \"list.txt\"\nlet more = blocked, evil.example\n"
      "deny connect more\nask connect *.example except blocked\n");
  ASSERT_TRUE(r.policy) << r.messages();
  EXPECT_EQ(r.policy->lists.size(), 1U);
  EXPECT_EQ(r.policy->lists[0].name, "blocked");
  EXPECT_EQ(r.policy->lists[0].path, "list.txt");
  EXPECT_THAT(bench.files_read, ElementsAre("list.txt"));
  EXPECT_EQ(r.policy->rules[0].patterns.size(), 2U);
}

TEST(HostLists, WithABadLineAreAnErrorInTheList) {
  Workbench bench;
  bench.files["list.txt"] = "good.example\nbad host name\n";
  const Resolved r = bench.resolve("let blocked = hosts \"list.txt\"\ndeny connect blocked\n");
  EXPECT_FALSE(r.policy);
  EXPECT_THAT(r.messages(), HasSubstr("list.txt:2:"));
}

}  // namespace
}  // namespace sbxc
