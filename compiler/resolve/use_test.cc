#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/policy/decide.h"
#include "compiler/resolve/resolving.h"

namespace sbxc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Effect verdict(const Policy& policy, Operation operation, const std::string& target) {
  return decide(policy, Os::linux, {operation, target}).verdict;
}

std::vector<std::string> names_of_inputs(const Policy& policy) {
  std::vector<std::string> names;
  for (const Input& input : policy.inputs) names.push_back(input.name);
  return names;
}

TEST(Use, ReadsFilesBesideTheFileThatUsesThem) {
  Workbench bench;
  bench.files["teams/a/main.sbx"] = "sbx 1\nuse \"../shared.sbx\", \"./own.sbx\"\n";
  bench.files["teams/shared.sbx"] = "sbx 1\nallow read /shared\n";
  bench.files["teams/a/own.sbx"] = "sbx 1\nallow read /own\n";
  const Resolved r = bench.resolve("use \"teams/a/main.sbx\"\n");
  ASSERT_TRUE(r.policy) << r.messages();
  EXPECT_THAT(bench.files_read,
              ElementsAre("teams/a/main.sbx", "teams/shared.sbx", "teams/a/own.sbx"));
  EXPECT_EQ(r.policy->rules.size(), 2U);
}

TEST(Use, CountsAFileOnceHoweverManyWaysLeadToIt) {
  Workbench bench;
  bench.files["a.sbx"] = "sbx 1\nuse \"c.sbx\"\n";
  bench.files["b.sbx"] = "sbx 1\nuse \"./sub/../c.sbx\"\nuse \"/work/c.sbx\"\n";
  bench.files["c.sbx"] = "sbx 1\nallow read /c\ndeny write /c\n";
  const Resolved r = bench.resolve("use \"a.sbx\", \"b.sbx\"\n");
  ASSERT_TRUE(r.policy) << r.messages();
  EXPECT_EQ(r.policy->rules.size(), 2U);
  EXPECT_THAT(names_of_inputs(*r.policy), ElementsAre("p.sbx", "a.sbx", "b.sbx", "c.sbx"));
}

TEST(Use, RecordsTheShortestWayToEachRule) {
  Workbench bench;
  bench.files["a.sbx"] = "sbx 1\nuse \"b.sbx\"\n";
  bench.files["b.sbx"] = "sbx 1\nallow read /b\n";
  const Resolved r = bench.resolve("use \"a.sbx\", \"b.sbx\"\nallow read /own\n");
  ASSERT_TRUE(r.policy) << r.messages();
  ASSERT_EQ(r.policy->rules.size(), 2U);
  ASSERT_EQ(r.policy->rules[0].chain.size(), 1U);
  EXPECT_EQ(r.policy->rules[0].chain[0].target, "b.sbx");
  EXPECT_TRUE(r.policy->rules[1].chain.empty());
  EXPECT_EQ(r.policy->rules[1].id, RuleId{1});
}

TEST(Use, TakesSixteenFilesDeepAndNoMore) {
  for (const int depth : {16, 17}) {
    Workbench bench;
    for (int i = 1; i < depth; ++i) {
      bench.files["f" + std::to_string(i)] = "sbx 1\nuse \"f" + std::to_string(i + 1) + "\"\n";
    }
    bench.files["f" + std::to_string(depth)] = "sbx 1\nallow read /deep\n";
    const Resolved r = bench.resolve("use \"f1\"\n");
    EXPECT_EQ(r.policy.has_value(), depth == 16) << r.messages();
  }
}

// The depth of a file is that of the shortest way to it, whichever statement comes first (law 1).
TEST(Use, MeasuresDepthByTheShortestWay) {
  for (const char* uses : {"use \"f1\"\nuse \"f9\"\n", "use \"f9\"\nuse \"f1\"\n"}) {
    Workbench bench;
    for (int i = 1; i < 20; ++i) {
      bench.files["f" + std::to_string(i)] = "sbx 1\nuse \"f" + std::to_string(i + 1) + "\"\n";
    }
    bench.files["f20"] = "sbx 1\nallow read /deep\n";
    const Resolved r = bench.resolve(uses);
    EXPECT_TRUE(r.policy) << r.messages();
  }
}

TEST(Use, TakesTwoHundredAndFiftySixFilesAndNoMore) {
  for (const int count : {255, 256}) {
    Workbench bench;
    std::string text;
    for (int i = 0; i < count; ++i) {
      const std::string name = "f" + std::to_string(i);
      bench.files[name] = "sbx 1\n";
      text += "use \"" + name + "\"\n";
    }
    const Resolved r = bench.resolve(text);
    EXPECT_EQ(r.policy.has_value(), count == 255) << r.messages();
    if (count == 256) {
      EXPECT_THAT(r.messages(), HasSubstr("error[SBX2004]: the policy uses more than 256 files"));
    }
  }
}

TEST(Use, ShowsALoopWithEachStepOfIt) {
  Workbench bench;
  bench.files["a.sbx"] = "sbx 1\nuse \"b.sbx\"\n";
  bench.files["b.sbx"] = "sbx 1\n\nuse \"p.sbx\"\n";
  bench.files["p.sbx"] = "sbx 1\n";  // the policy itself, which is not read again
  const Resolved r = bench.resolve("use \"a.sbx\"\n");
  EXPECT_FALSE(r.policy);
  EXPECT_EQ(r.messages(),
            R"(error[SBX2002]: files use each other in a loop: p.sbx → a.sbx → b.sbx → p.sbx
   --> b.sbx:3:5
 3 | use "p.sbx"
   |     ^^^^^^^ this closes the loop
   ::: p.sbx:2:5
 2 | use "a.sbx"
   |     ------- `p.sbx` uses `a.sbx`
   ::: a.sbx:2:5
 2 | use "b.sbx"
   |     ------- `a.sbx` uses `b.sbx`
help: put what they share into a file of its own
)");
}

TEST(Use, ReportsEveryFileThatIsMissing) {
  Workbench bench;
  bench.files["a.sbx"] = "sbx 1\nuse \"gone.sbx\"\n";
  const Resolved r = bench.resolve("use \"a.sbx\", \"lost.sbx\", std/nod\n");
  EXPECT_FALSE(r.policy);
  EXPECT_EQ(r.diagnostics.error_count(), 3U) << r.messages();
}

TEST(Use, RefusesAFileThatTheReaderCutsOff) {
  Workbench bench;
  bench.files["big.sbx"] = std::string(kMaxPolicyBytes + 1, '\n');
  const Resolved r = bench.resolve("use \"big.sbx\"\n");
  EXPECT_FALSE(r.policy);
  EXPECT_THAT(r.messages(), HasSubstr("error[SBX0003]: `big.sbx` is larger than 4 MiB\n"));
}

TEST(Use, RefusesATextThatIsTooLarge) {
  Workbench bench;
  const Resolved r = bench.resolve(std::string(50U << 20, 'a'));
  EXPECT_FALSE(r.policy);
  EXPECT_EQ(r.messages(), "error[SBX0003]: `p.sbx` is larger than 4 MiB\n");
}

TEST(Use, TakesTheNameOfThePolicyAloneFromAUsedFile) {
  Workbench bench;
  bench.files["a.sbx"] = "sbx 1\npolicy other \"Another policy\"\nallow read /a\n";
  const Resolved named = bench.resolve("policy mine\nuse \"a.sbx\"\n");
  ASSERT_TRUE(named.policy) << named.messages();
  EXPECT_EQ(named.policy->name, "mine");
  EXPECT_EQ(named.policy->description, "");
  const Resolved unnamed = bench.resolve("use \"a.sbx\"\n");
  ASSERT_TRUE(unnamed.policy);
  EXPECT_EQ(unnamed.policy->name, "p");
}

TEST(Use, BringsAssertionsAndLimitsButNoTests) {
  Workbench bench;
  bench.files["a.sbx"] =
      "sbx 1\nallow read /a\nassert never read /b\nlimit time 1h\nset env A = \"1\"\n"
      "test \"its own\" { deny read /a }\n";
  const Resolved r = bench.resolve("use \"a.sbx\"\nlimit time 2h\n");
  ASSERT_TRUE(r.policy) << r.messages();
  EXPECT_EQ(r.policy->assertions.size(), 1U);
  EXPECT_EQ(r.policy->environment.size(), 1U);
  EXPECT_TRUE(r.policy->tests.empty());
  ASSERT_EQ(r.policy->limits.size(), 1U);
  EXPECT_EQ(r.policy->limits[0].value, 3600U);
}

TEST(Use, KnowsTheHashOfEveryInput) {
  Workbench bench;
  bench.files["a.sbx"] = "sbx 1\n";
  bench.files["list.txt"] = "bad.example\n";
  bench.files["base.sbx"] = "sbx 1\n";
  const Resolved r = bench.resolve(
      "use std/base\nuse \"a.sbx\"\nlet l = hosts \"list.txt\"\ndeny connect l\n"
      "assert within \"base.sbx\"\n");
  ASSERT_TRUE(r.policy) << r.messages();
  EXPECT_THAT(names_of_inputs(*r.policy),
              ElementsAre("p.sbx", "std/base", "a.sbx", "list.txt", "base.sbx"));
  EXPECT_TRUE(r.policy->inputs[1].built_in);
  EXPECT_EQ(r.policy->inputs[2].sha256,
            "e7b56f68b520514fe075deb1d91f362993a2d3827ee806bdc34a8c7c29f81d3d");
  EXPECT_EQ(r.policy->inputs[2].sha256, r.policy->inputs[4].sha256);
}

TEST(UseExcept, SubtractsFromDenyRulesAlone) {
  Workbench bench;
  bench.files["a.sbx"] = "sbx 1\nallow read /x/**\ndeny read /x/secret/** because \"no\"\n";
  const Resolved r = bench.resolve("use \"a.sbx\" except /x/secret/public/**\n");
  ASSERT_TRUE(r.policy) << r.messages();
  EXPECT_EQ(verdict(*r.policy, Operation::read, "/x/secret/public/a"), Effect::allow);
  EXPECT_EQ(verdict(*r.policy, Operation::read, "/x/secret/a"), Effect::deny);
  EXPECT_EQ(verdict(*r.policy, Operation::read, "/x/a"), Effect::allow);
}

TEST(UseExcept, ReachesTheDenyRulesOfFilesThatTheFileUses) {
  Workbench bench;
  bench.files["a.sbx"] = "sbx 1\nuse \"b.sbx\"\nallow read /**\n";
  bench.files["b.sbx"] = "sbx 1\ndeny read /s/**\ndeny socket /s/**\ndeny env S_*\n";
  const Resolved r = bench.resolve("use \"a.sbx\" except /s/open, env S_OPEN\nallow env *\n");
  ASSERT_TRUE(r.policy) << r.messages();
  EXPECT_EQ(verdict(*r.policy, Operation::read, "/s/open"), Effect::allow);
  EXPECT_EQ(verdict(*r.policy, Operation::read, "/s/shut"), Effect::deny);
  EXPECT_EQ(verdict(*r.policy, Operation::env, "S_OPEN"), Effect::allow);
  EXPECT_EQ(verdict(*r.policy, Operation::env, "S_SHUT"), Effect::deny);
  EXPECT_EQ(r.messages(), "");
}

// Two ways in, one without the exception: the deny stands, in either order.
TEST(UseExcept, IsOverruledByAnotherWayInWithoutIt) {
  for (const char* uses : {"use \"a.sbx\" except /s/open\nuse \"b.sbx\"\n",
                           "use \"b.sbx\"\nuse \"a.sbx\" except /s/open\n"}) {
    Workbench bench;
    bench.files["a.sbx"] = "sbx 1\nuse \"b.sbx\"\n";
    bench.files["b.sbx"] = "sbx 1\ndeny read /s/**\n";
    const Resolved r = bench.resolve(std::string(uses) + "allow read /**\n");
    ASSERT_TRUE(r.policy) << r.messages();
    EXPECT_EQ(verdict(*r.policy, Operation::read, "/s/open"), Effect::deny);
    EXPECT_THAT(r.messages(),
                HasSubstr("warning[SBX2006]: `/s/open` stays denied: `b.sbx` also comes in "
                          "without this exception"));
    EXPECT_EQ(r.policy->rules.size(), 2U) << "the instance with the exception adds nothing";
  }
}

TEST(UseExcept, KeepsBothInstancesWhenTheExceptionsDiffer) {
  Workbench bench;
  bench.files["b.sbx"] = "sbx 1\ndeny read /s/**\nallow write /w/**\n";
  const Resolved r = bench.resolve(
      "use \"b.sbx\" except /s/one/**\nuse \"b.sbx\" except /s/one/**, /s/two/**\n"
      "use \"b.sbx\" except /s/three/**\nallow read /**\n");
  ASSERT_TRUE(r.policy) << r.messages();
  EXPECT_EQ(verdict(*r.policy, Operation::read, "/s/one/a"), Effect::deny);
  EXPECT_EQ(verdict(*r.policy, Operation::read, "/s/three/a"), Effect::deny);
  // {one}, {three} and the allow rule once; {one, two} holds all of {one}.
  EXPECT_EQ(r.policy->rules.size(), 4U);
}

TEST(UseExcept, CountsTheSameExceptionWrittenTwiceAsOne) {
  Workbench bench;
  bench.files["a.sbx"] = "sbx 1\nuse \"c.sbx\" except ~/open\n";
  bench.files["b.sbx"] = "sbx 1\nuse \"c.sbx\" except \"/home/u/open\"\n";
  bench.files["c.sbx"] = "sbx 1\ndeny read ~/**\n";
  const Resolved r = bench.resolve("use \"a.sbx\", \"b.sbx\"\nallow read /**\n");
  ASSERT_TRUE(r.policy) << r.messages();
  EXPECT_EQ(r.policy->rules.size(), 2U);
  EXPECT_EQ(verdict(*r.policy, Operation::read, "/home/u/open"), Effect::allow);
  EXPECT_EQ(r.messages(), "");
}

TEST(UseExcept, TakesSetsAndOtherOperations) {
  Workbench bench;
  bench.files["b.sbx"] = "sbx 1\ndeny connect *.example.com\ndeny read /s/**\n";
  const Resolved r = bench.resolve(
      "let open = /s/a, /s/b\nuse \"b.sbx\" except open, connect www.example.com\n"
      "allow read /**\nallow connect *.example.com\n");
  ASSERT_TRUE(r.policy) << r.messages();
  EXPECT_EQ(verdict(*r.policy, Operation::read, "/s/b"), Effect::allow);
  const Request www{Operation::connect, HostRequest{std::string("www.example.com"), 443}};
  EXPECT_EQ(decide(*r.policy, Os::linux, www).verdict, Effect::allow);
  EXPECT_EQ(r.messages(), "");
}

TEST(UseExcept, RefusesABroadWildcardForItHasNoPlaceForAReason) {
  Workbench bench;
  bench.files["b.sbx"] = "sbx 1\ndeny connect *.example.com\n";
  const Resolved r = bench.resolve("use \"b.sbx\" except connect *.com\n");
  EXPECT_FALSE(r.policy);
  EXPECT_THAT(r.messages(), HasSubstr("error[SBX3112]: `*.com` matches the hosts of strangers"));
  EXPECT_THAT(r.messages(), HasSubstr("help: name the hosts: a `use` has no place for a reason"));
}

TEST(UseExcept, ReportsAPatternThatIsNoPathOnce) {
  Workbench bench;
  bench.files["b.sbx"] = "sbx 1\ndeny read /s/**\n";
  const Resolved r = bench.resolve("use \"b.sbx\" except s/open\n");
  EXPECT_FALSE(r.policy);
  EXPECT_EQ(r.diagnostics.all().size(), 1U) << r.messages();
}

}  // namespace
}  // namespace sbxc
