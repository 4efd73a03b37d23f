// What `check` finds, and above all what it does not: each finding has a neighbour that is fine.
// The exact messages are compared in compiler/testdata and in docs/findings.
#include "compiler/check/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/check/baselines.h"
#include "compiler/resolve/resolving.h"

namespace sbxc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Slugs of what is found beside std/base, which every policy here uses.
std::vector<std::string> findings(const std::string& text) {
  Workbench bench;
  bench.files["denies.sbx"] = "sbx 1\ndeny read ~/private/**\ndeny connect *.internal\n";
  Resolved r = bench.resolve("use std/base\n" + text);
  EXPECT_TRUE(r.policy) << r.messages();
  if (!r.policy) return {"does not resolve"};
  check(*r.policy, r.diagnostics);
  std::vector<std::string> slugs;
  for (const Diagnostic& d : r.diagnostics.all()) slugs.emplace_back(facts_of(d.kind).slug);
  return slugs;
}

TEST(CheckTests, PassOnTheSystemsWhereTheyExist) {
  EXPECT_THAT(findings("on linux { allow read /srv/**\n test \"t\" { allow read /srv/x } }\n"),
              IsEmpty());
  EXPECT_THAT(findings("on linux { allow read /srv/** }\ntest \"t\" { allow read /srv/x }\n"),
              ElementsAre("test-failed"));
}

TEST(CheckTests, AcceptTheReasonOfAnyRuleThatDecides) {
  const std::string rules =
      "allow read /srv/** because \"ours\"\ndeny read /srv/a/** because \"one\"\n"
      "deny read /srv/**/b because \"two\"\n";
  EXPECT_THAT(findings(rules + "test \"t\" { deny read /srv/a/b because \"two\" }\n"), IsEmpty());
  EXPECT_THAT(findings(rules + "test \"t\" { deny read /srv/a/b because \"ours\" }\n"),
              ElementsAre("test-passes-for-another-reason"));
}

TEST(CheckAssertions, AreDecidedWhereTheyNameFewRequests) {
  EXPECT_THAT(findings("allow connect github.com\nassert always connect github.com\n"), IsEmpty());
  EXPECT_THAT(findings("assert never connect github.com, 10.0.0.1:80\n"), IsEmpty());
  EXPECT_THAT(findings("assert never syscall @mount, @io-uring\n"), IsEmpty());
  EXPECT_THAT(findings("assert always syscall openat\n"), IsEmpty());
}

TEST(CheckAssertions, NeverIsProvedWhereNothingIsAllowed) {
  EXPECT_THAT(findings("assert never write /etc/**\nassert never connect *.example.com\n"),
              IsEmpty());
}

TEST(CheckAssertions, NeverIsProvedByOneDenyThatCoversIt) {
  const std::string base = "allow read ~/** because \"mine\"\ndeny read ~/.ssh/**\n";
  EXPECT_THAT(findings(base + "assert never read ~/.ssh/id_*\n"), IsEmpty());
  EXPECT_THAT(findings(base + "assert never write ~/.ssh/**\n"), IsEmpty());
  EXPECT_THAT(findings(base + "assert never exec ~/.ssh/**\n"), IsEmpty());
}

TEST(CheckAssertions, NeverIsBrokenThroughAnException) {
  const std::string base =
      "allow read ~/** because \"mine\"\ndeny read ~/.ssh/** except ~/.ssh/*.pub\n";
  EXPECT_THAT(findings(base + "assert never read ~/.ssh/id_*\n"), ElementsAre("assertion-violated"))
      << "~/.ssh/id_.pub";
  EXPECT_THAT(findings(base + "assert never read ~/.ssh/*.pub\n"),
              ElementsAre("assertion-violated"));
  EXPECT_THAT(findings(base + "assert never read ~/.ssh/keys/**\n"), IsEmpty());
}

TEST(CheckAssertions, AlwaysIsProvedByOneAllowThatNothingTakesFrom) {
  EXPECT_THAT(findings("allow write /srv/** because \"ours\"\nassert always read /srv/*.c\n"),
              IsEmpty());
  EXPECT_THAT(findings("assert always exec /usr/bin/*\n"), IsEmpty());
  EXPECT_THAT(findings("allow write /srv/** except /srv/x* because \"ours\"\n"
                       "assert always write /srv/*y\n"),
              ElementsAre("assertion-violated"))
      << "/srv/xy";
}

// An exception that a policy makes from a file it uses is made from the file's assertions too.
TEST(CheckAssertions, OfUsedFilesLeaveOutWhatTheUseExcepts) {
  const auto run = [](const std::string& uses) {
    Workbench bench;
    bench.files["a.sbx"] = "sbx 1\ndeny read ~/.ssh/**\nassert never read ~/.ssh/id_*, ~/.ssh/b\n";
    Resolved r = bench.resolve("use std/base\n" + uses + "allow read ~/** because \"mine\"\n");
    EXPECT_TRUE(r.policy) << r.messages();
    check(*r.policy, r.diagnostics);
    std::vector<std::string> slugs;
    for (const Diagnostic& d : r.diagnostics.all()) slugs.emplace_back(facts_of(d.kind).slug);
    return slugs;
  };
  EXPECT_THAT(run("use \"a.sbx\" except ~/.ssh/id_rsa, ~/.ssh/b\n"), IsEmpty());
  EXPECT_THAT(run("use \"a.sbx\"\n"), IsEmpty());
  EXPECT_THAT(run("use \"a.sbx\" except ~/.ssh/id_rsa\nassert never read ~/.ssh/id_*\n"),
              ElementsAre("assertion-violated"))
      << "the policy's own assertion is meant in full";
}

TEST(CheckAssertions, AreProvedThroughSeveralRulesTogether) {
  const std::string base = "allow read ~/** because \"mine\"\n";
  EXPECT_THAT(findings(base + "deny read ~/[a-m]*/x/**, ~/[n-z]*/x/**\n"
                              "assert never read ~/[a-z]*/x/**\n"),
              IsEmpty());
  EXPECT_THAT(findings(base + "deny read ~/[a-m]*/x/**, ~/[o-z]*/x/**\n"
                              "assert never read ~/[a-z]*/x/**\n"),
              ElementsAre("assertion-violated"));
}

// The messages of a policy that is to stay within b.sbx.
std::vector<std::string> beyond_findings(const std::string& policy, const std::string& baseline) {
  Workbench bench;
  bench.files["b.sbx"] = "sbx 1\n" + baseline;
  Resolved r = bench.resolve("use std/base\n" + policy + "assert within \"b.sbx\"\n");
  EXPECT_TRUE(r.policy) << r.messages();
  const ReadBaseline read = [&](const Assertion& assertion) {
    return resolve_file(assertion.baseline, bench.options, r.sources, r.diagnostics);
  };
  check_baselines(*r.policy, read, r.diagnostics);
  std::vector<std::string> witnesses;
  for (const Diagnostic& d : r.diagnostics.all()) {
    EXPECT_EQ(d.kind, Kind::beyond_baseline);
    witnesses.push_back(d.witness);
  }
  return witnesses;
}

TEST(CheckAssertions, WithinIsProvedOrBrokenByAWitness) {
  const std::string baseline = "use std/base\nallow write /srv/**\nallow connect *.example.com\n";
  EXPECT_THAT(beyond_findings("", baseline), IsEmpty());
  EXPECT_THAT(beyond_findings("allow write /srv/a/*\nallow connect a.example.com\n", baseline),
              IsEmpty());
  EXPECT_THAT(beyond_findings("ask connect example.com:22\nallow read /data/x\n", baseline),
              ElementsAre("allow read /data/x", "ask connect example.com:22"));
}

TEST(CheckRepeats, AreAboutOneFileAndOneKindOfStatement) {
  EXPECT_THAT(findings("allow read /srv/a\nallow read /srv/a\n"), ElementsAre("repeated-pattern"));
  EXPECT_THAT(findings("allow read /usr/**\n"), IsEmpty()) << "std/base says so too";
  EXPECT_THAT(findings("allow read /srv/a\nallow write /srv/a\n"), IsEmpty());
  EXPECT_THAT(findings("on linux { allow read /srv/a }\non macos { allow read /srv/a }\n"),
              IsEmpty());
  EXPECT_THAT(findings("allow read /srv/** except /srv/a\nallow read /srv/** except /srv/b\n"),
              IsEmpty());
}

TEST(CheckDeadRules, AreFoundWhereOneRuleCoversAll) {
  EXPECT_THAT(findings("use \"denies.sbx\"\nallow write ~/private/x\n"),
              ElementsAre("grant-under-deny"));
  EXPECT_THAT(findings("allow read ~/private/**\ndeny read ~/private/*/x\n"), IsEmpty());
  EXPECT_THAT(findings("allow read /srv/x\non linux { deny read /srv/** }\n"), IsEmpty())
      << "it is allowed on macOS";
  EXPECT_THAT(findings("allow read /srv/x\ndeny read /srv/** except /srv/x\n"), IsEmpty());
}

TEST(CheckDeadRules, AreNotReportedInFilesThatThePolicyUses) {
  EXPECT_THAT(findings("deny read /usr/share/**\ndeny exec /usr/**\n"), IsEmpty());
}

TEST(CheckExec, WantsReadSomewhere) {
  EXPECT_THAT(findings("allow exec /srv/bin/*\n"), ElementsAre("exec-without-read"));
  EXPECT_THAT(findings("allow exec /srv/bin/*\nallow read /srv/bin/tool\n"), IsEmpty());
  EXPECT_THAT(findings("allow exec /srv/**\nallow write /srv/out/** because \"ours\"\n"),
              IsEmpty());
  EXPECT_THAT(findings("on linux { allow exec /srv/a }\non macos { allow read /srv/a }\n"),
              ElementsAre("exec-without-read"));
}

TEST(CheckAliases, LeaveLinuxAlone) {
  EXPECT_THAT(findings("allow read /etc/app.conf\n"), IsEmpty());
  EXPECT_THAT(findings("on linux { allow read /etc/app.conf }\n"), IsEmpty());
  EXPECT_THAT(findings("on macos { allow read /etcetera/app.conf }\n"), IsEmpty());
  EXPECT_THAT(findings("on macos { allow read /var/db/app.conf }\n"), ElementsAre("macos-alias"));
  EXPECT_THAT(findings("allow read /etc/a\non macos { allow read /private/etc/a }\n"), IsEmpty());
}

TEST(CheckDangers, AreSilencedByAReason) {
  EXPECT_THAT(findings("allow socket /run/docker.sock\n"), ElementsAre("socket-leads-out"));
  EXPECT_THAT(findings("allow socket /run/docker.sock because \"starts containers\"\n"), IsEmpty());
}

TEST(CheckDangers, AreGoneWithTheLibrary) {
  EXPECT_THAT(findings("allow write $cwd/**\n"), ElementsAre("write-runs-later"));
  EXPECT_THAT(findings("use std/persistence\nallow write $cwd/**\n"), IsEmpty());
  EXPECT_THAT(findings("allow read ~/**\n"),
              ElementsAre("secrets-readable", "history-readable", "password-store-readable",
                          "browser-profile-readable"));
  EXPECT_THAT(findings("use std/secrets\nallow read ~/**\n"), IsEmpty());
  EXPECT_THAT(findings("use std/secrets, std/persistence\nallow write ~/**\n"),
              ElementsAre("shared-packages-writable", "home-writable"))
      << "more than known places";
}

TEST(CheckDangers, LookAtParamsThatAreDirectories) {
  EXPECT_THAT(findings("param repo = /srv/repo\nallow write $repo/**\n"),
              ElementsAre("write-runs-later"));
  EXPECT_THAT(findings("param cache = ~/.cache/x\nallow write $cache/**\n"), IsEmpty())
      << "nobody commits in a cache";
  EXPECT_THAT(findings("allow write $tmp/**\n"), IsEmpty());
}

TEST(CheckDangers, LeaveNamesAloneThatAreWrittenInFull) {
  EXPECT_THAT(findings("allow env GITHUB_TOKEN\n"), IsEmpty());
  EXPECT_THAT(findings("allow env GITHUB_*\n"), ElementsAre("secrets-in-environment"));
  EXPECT_THAT(findings("allow connect mybucket.s3.amazonaws.com\n"), IsEmpty());
  EXPECT_THAT(findings("allow connect *.s3.eu-west-1.amazonaws.com because \"one of ours\"\n"),
              IsEmpty());
  EXPECT_THAT(findings("allow connect *.windows.net\n"), ElementsAre("strangers-reachable"));
}

TEST(CheckDangers, KnowMetadataServicesByNameAndAddress) {
  EXPECT_THAT(findings("allow connect metadata.google.internal\n"),
              ElementsAre("metadata-reachable"));
  EXPECT_THAT(findings("allow connect [fd00::/8]\n"), ElementsAre("metadata-reachable"));
  EXPECT_THAT(findings("allow connect 10.0.0.0/8\n"), IsEmpty());
}

TEST(CheckListen, IsAboutAddressesThatOthersReach) {
  EXPECT_THAT(findings("allow listen *:3000\n"), ElementsAre("listens-everywhere"));
  EXPECT_THAT(findings("allow listen *:3000 because \"a server\"\n"), IsEmpty());
  EXPECT_THAT(findings("allow listen localhost:3000\n"), IsEmpty());
}

TEST(CheckStart, IsSatisfiedByTheLibraryOrByMacOS) {
  Workbench bench;
  Resolved r = bench.resolve("on macos { allow exec /usr/**\n allow read /usr/** }\n");
  ASSERT_TRUE(r.policy);
  check(*r.policy, r.diagnostics);
  EXPECT_EQ(r.messages(), "");
}

}  // namespace
}  // namespace sbxc
