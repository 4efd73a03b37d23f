// Mutants: which there are, that each is told from the policy as deciding everything anew would
// tell it, and that what no test notices comes with a line that does.
#include "compiler/analysis/mutation_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "compiler/analysis/rule_changes.h"
#include "compiler/policy/random_policy.h"
#include "compiler/resolve/resolving.h"

namespace sbxc {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

std::string text_of(const Budgeted<std::optional<Difference>>& difference) {
  if (!difference) return "over the budget";
  if (!*difference) return "no difference";
  const Difference& one = **difference;
  return std::string(name_of(one.request.operation)) + " " + one.request.text() + " on " +
         (one.os == Os::linux ? "linux: " : "macos: ") + std::string(name_of(one.before)) + ", " +
         std::string(name_of(one.after));
}

RC_GTEST_PROP(Mutants, AreToldFromThePolicyAsDecidingEverythingAnewTellsThem, ()) {
  const Policy policy = (*testing::random_policy()).policy();
  const std::vector<Mutant> mutants = mutants_of(policy);
  RC_PRE(!mutants.empty());
  Systems before(policy);
  RuleChanges changes(before);
  Policy changed = policy;
  for (int i = 0; i < 4; ++i) {
    const Mutant& mutant = mutants[*rc::gen::inRange<size_t>(0, mutants.size())];
    const Mutated mutated(changed, mutant);
    Systems after(changed);
    RC_LOG() << mutant.what;
    RC_ASSERT(text_of(changes.first_difference(changed, mutant.rules.front().id)) ==
              text_of(first_difference(before, after)));
  }
}

RC_GTEST_PROP(Mutants, AreNoticedByARequestOnlyWhereTheyMayMatter, ()) {
  const Policy policy = (*testing::random_policy()).policy();
  const std::vector<Mutant> mutants = mutants_of(policy);
  RC_PRE(!mutants.empty());
  Policy changed = policy;
  const Mutant& mutant = mutants[*rc::gen::inRange<size_t>(0, mutants.size())];
  const Mutated mutated(changed, mutant);
  for (const Request& request : testing::all_requests()) {
    if (may_matter(policy, mutant, request)) continue;
    for (const Os os : kEverySystem) {
      const Decision was = decide(policy, os, request);
      const Decision is = decide(changed, os, request);
      RC_ASSERT(was.verdict == is.verdict);
      RC_ASSERT(was.deciding == is.deciding);
    }
  }
}

std::vector<std::string> faults(const Policy& policy) {
  std::vector<std::string> all;
  for (const Mutant& mutant : mutants_of(policy)) all.push_back(mutant.what);
  return all;
}

TEST(Mutants, LoseAnEndOfARangeOfPortsOrAPort) {
  const auto all = faults(terse_policy({"allow connect a.com:22,8000-8100"}));
  EXPECT_THAT(all, Contains("`a.com:8000-8100` instead of `a.com:22,8000-8100`"));
  EXPECT_THAT(all, Contains("`a.com:22` instead of `a.com:22,8000-8100`"));
  EXPECT_THAT(all, Contains("`a.com:22,8001-8100` instead of `a.com:22,8000-8100`"));
  EXPECT_THAT(all, Contains("`a.com:22,8000-8099` instead of `a.com:22,8000-8100`"));
  EXPECT_THAT(faults(terse_policy({"allow listen 10.0.0.0/8:80-81"})),
              Contains("`10.0.0.0/8:80` instead of `10.0.0.0/8:80-81`"));
}

TEST(Mutants, LeaveTheUsualPortsTogether) {
  EXPECT_THAT(faults(terse_policy({"allow connect a.com"})),
              Not(Contains("`a.com:443` instead of `a.com:80,443`")));
}

TEST(Mutants, LoseOneOfTheNamesInBraces) {
  const auto all = faults(terse_policy({"allow read /a/{b,c}/*"}));
  EXPECT_THAT(all, Contains("`/a/c/*` instead of `/a/b/* /a/c/*`"));
  EXPECT_THAT(all, Contains("`/a/b/*` instead of `/a/b/* /a/c/*`"));
}

TEST(Mutants, TakeTheDirectoryAboveASubtree) {
  EXPECT_THAT(faults(terse_policy({"allow read /a/b/**"})),
              Contains("`/a/**` instead of `/a/b/**`"));
  EXPECT_THAT(faults(terse_policy({"allow read /a/**"})),
              Not(Contains("`/**` instead of `/a/**`")));
}

// `secrets.sbx` denies two things, and the policy gives one of them back.
Resolved with_use(const std::string& tests) {
  Workbench bench;
  bench.files["secrets.sbx"] = "sbx 1\ndeny read /w/key because \"k\"\ndeny read /w/env\n";
  return bench.resolve("use \"secrets.sbx\" except read /w/env\nallow read /w/*\n" + tests);
}

TEST(Mutants, LoseAWholeUseAndItsExceptions) {
  const Resolved r = with_use("");
  ASSERT_TRUE(r.policy) << r.messages();
  const auto all = faults(*r.policy);
  EXPECT_THAT(all, Contains("without what `use secrets.sbx` brings"));
  EXPECT_THAT(all, Contains("without `except /w/env`"));
}

TEST(Mutants, OfAUseAreNoticedByTestsOfWhatItBrings) {
  const auto survivors = [](const std::string& tests) {
    const Resolved r = with_use(tests);
    EXPECT_TRUE(r.policy) << r.messages();
    Systems systems(*r.policy);
    std::vector<std::string> all;
    for (const Survivor& one : run_mutants(systems).survivors) all.push_back(one.line);
    return all;
  };
  EXPECT_THAT(survivors(""), Contains("deny read /w/key"));
  EXPECT_THAT(survivors(""), Contains("allow read /w/env"));
  const auto left = survivors("test \"t\" { deny read /w/key\n allow read /w/env }\n");
  EXPECT_THAT(left, Not(Contains("deny read /w/key")));
  EXPECT_THAT(left, Not(Contains("allow read /w/env")));
}

TEST(Mutants, ThatNoTestNoticesComeWithALineThatDoes) {
  Workbench bench;
  const std::string rules = "allow write /w/**\ndeny read /w/secret/** except /w/secret/pub\n";
  Resolved r = bench.resolve(rules + "test \"t\" { deny read /w/secret/a\n allow write /w/a }\n");
  ASSERT_TRUE(r.policy) << r.messages();
  Systems systems(*r.policy);
  const MutationRun run = run_mutants(systems);
  EXPECT_EQ(run.mutants, run.killed + run.equivalent + run.survivors.size());
  EXPECT_GT(run.killed, 3U);
  ASSERT_FALSE(run.survivors.empty());
  std::string lines;
  for (const Survivor& one : run.survivors) lines += " " + one.line + "\n";
  Resolved again = bench.resolve(rules + "test \"t\" { deny read /w/secret/a\n allow write /w/a\n" +
                                 lines + "}\n");
  ASSERT_TRUE(again.policy) << again.messages();
  Systems tested(*again.policy);
  EXPECT_THAT(run_mutants(tested).survivors, IsEmpty());
}

}  // namespace
}  // namespace sbxc
