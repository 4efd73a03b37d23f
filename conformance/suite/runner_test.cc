// Verdicts, of real processes: which sandbox gives which, and that nothing is left behind.
#include "conformance/suite/runner.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "conformance/suite/processes.h"
#include "conformance/suite/suite_for_test.h"

namespace sbxc::conform {
namespace {

namespace fs = std::filesystem;

const std::string kReadsKey =
    probe("TST-001", "cat \"$home/.ssh/id_ed25519\"", "evidence = \"secret:home/.ssh/id_ed25519\"");
const std::string kWritesOutside = probe("TST-002", "echo $nonce > \"$outside/victim.txt\"",
                                         "evidence = \"changed:outside/victim.txt\"");

TEST(Verdicts, ASandboxThatBlocksNothingIsEscapedFrom) {
  const ProbeOutcome outcome = outcome_of(kReadsKey, "env");
  ASSERT_EQ(kind(outcome), VerdictKind::escaped) << detail_of(outcome.verdict);
  EXPECT_EQ(std::get<Escaped>(outcome.verdict).seen.front().what,
            "the secret of home/.ssh/id_ed25519 is in what it said");
  EXPECT_TRUE(outcome.control && outcome.control->showed_evidence);
  EXPECT_EQ(kind(outcome_of(kWritesOutside, "env")), VerdictKind::escaped);
}

TEST(Verdicts, ASandboxInWhichNothingStartsIsBroken) {
  EXPECT_EQ(kind(outcome_of(kReadsKey, "false")), VerdictKind::broken);
  EXPECT_EQ(kind(outcome_of(kReadsKey, "/nowhere/sandbox")), VerdictKind::broken);
  const ProbeOutcome outcome = outcome_of(kReadsKey, "sh -c 'echo not here >&2; exit 3'");
  EXPECT_EQ(detail_of(outcome.verdict), "it did not start: not here");
}

TEST(Verdicts, ASandboxThatKeepsTheSecretBlocks) {
  // It takes the key away, and runs the command.
  const ProbeOutcome outcome =
      outcome_of(kReadsKey, "sh -c 'rm {home}/.ssh/id_ed25519; \"$@\"' sh");
  EXPECT_EQ(kind(outcome), VerdictKind::blocked) << detail_of(outcome.verdict);
}

TEST(Verdicts, AnAttemptThatFailsOutsideIsHollow) {
  const ProbeOutcome outcome =
      outcome_of(probe("TST-003", "false", "evidence = \"secret:home/.ssh/id_ed25519\""), "env");
  EXPECT_EQ(kind(outcome), VerdictKind::hollow) << detail_of(outcome.verdict);
}

TEST(Verdicts, WhatMustWorkWorksOrIsBroken) {
  const std::string works =
      probe("OKS-901", "echo $nonce > made", "evidence = \"changed:home/work/made\"");
  EXPECT_EQ(kind(outcome_of(works, "env")), VerdictKind::works);
  // The command runs, somewhere else.
  EXPECT_EQ(kind(outcome_of(works, "sh -c 'cd {outside}; \"$@\"' sh")), VerdictKind::broken);
}

TEST(Verdicts, WhatThePolicyAllowsIsNotTried) {
  const std::string about = kReadsKey + "about = [\"read $home/.ssh/id_ed25519\"]\n";
  const auto all = [](const std::string&) { return true; };
  const ProbeOutcome outcome = outcome_of(about, "env", all);
  ASSERT_EQ(kind(outcome), VerdictKind::skipped);
  EXPECT_EQ(detail_of(outcome.verdict), "the policy allows `read $home/.ssh/id_ed25519`");
  const auto nothing = [](const std::string&) { return false; };
  EXPECT_EQ(kind(outcome_of(about, "env", nothing)), VerdictKind::escaped);
}

TEST(Verdicts, WhatTheMachineLacksIsSkipped) {
  const ProbeOutcome outcome =
      outcome_of(kReadsKey + "needs = [\"program:no-such-program\"]\n", "env");
  ASSERT_EQ(kind(outcome), VerdictKind::skipped);
  EXPECT_EQ(detail_of(outcome.verdict), "there is no program `no-such-program`");
}

TEST(Verdicts, AnAttemptThatDoesNotEndInsideIsEnded) {
  const std::string waits = probe("TST-004", "cat \"$home/.ssh/id_ed25519\"",
                                  "evidence = \"secret:home/.ssh/id_ed25519\"\nlimit = 1\n");
  // Starts, so that it is not broken, and then does something else.
  const ProbeOutcome outcome = outcome_of(waits, "sh -c 'echo start; exec sleep 60' sh");
  EXPECT_EQ(kind(outcome), VerdictKind::timeout) << detail_of(outcome.verdict);
}

TEST(Verdicts, WhatEndedTheCommandIsTold) {
  const auto detail = [](const std::string& end) {
    const ProbeOutcome outcome = outcome_of(kReadsKey, "sh -c 'echo start; " + end + "' sh");
    EXPECT_EQ(kind(outcome), VerdictKind::blocked);
    return detail_of(outcome.verdict);
  };
  EXPECT_EQ(detail("kill -SYS $$"), "it was killed by SIGSYS");
  EXPECT_EQ(detail("kill -9 $$"), "it was killed by SIGKILL");
  // As a sandbox passes it on.
  EXPECT_EQ(detail("exit 139"), "it was killed by SIGSEGV");
  EXPECT_EQ(detail("exit 3"), "it ended with status 3");
  EXPECT_EQ(detail("echo end done"), "carried out, and nothing changed outside");
  EXPECT_EQ(detail("echo cannot there is no git; echo end cannot"),
            "it cannot be made: there is no git");
}

// Whoever started it says that all is well; it may not have come to anything.
TEST(Verdicts, AnAttemptThatNeverSaysHowItEndedIsNotBlocked) {
  const ProbeOutcome outcome = outcome_of(kReadsKey, "sh -c 'echo start; exit 0' sh");
  EXPECT_EQ(kind(outcome), VerdictKind::broken);
  EXPECT_EQ(detail_of(outcome.verdict), "it began, and never said that it was through");
}

TEST(Verdicts, ARefusalThatWasNotExpectedIsTold) {
  const auto detail = [](int error) {
    const ProbeOutcome outcome = outcome_of(
        kReadsKey + "expect = [\"EACCES\", \"EPERM\"]\n",
        "sh -c 'echo start; echo refused open " + std::to_string(error) + "; echo end refused' sh");
    EXPECT_EQ(kind(outcome), VerdictKind::blocked);
    return detail_of(outcome.verdict);
  };
  EXPECT_EQ(detail(EPERM), "open: EPERM");
  EXPECT_EQ(detail(ENOSYS), "open: ENOSYS, which is no refusal that was expected");
}

TEST(Verdicts, TheProbeProgramStandsWhereItIsWanted) {
  Settings settings;
  settings.plan = small_plan();
  settings.sandbox = *adapter_of_words("env");
  settings.probe_program = probe_program();
  settings.place = "home/work/.venv/bin/.probe";
  const auto run = run_probes(entries_of(R"([[probe]]
id = "FSR-001"
title = "t"
category = "c"
systems = ["linux", "macos"]
reference = "own finding"
evidence = "secret:home/.ssh/id_ed25519"
)"),
                              settings);
  ASSERT_TRUE(run) << in_words(run.error());
  EXPECT_EQ(kind(run->outcomes.front()), VerdictKind::escaped);
}

TEST(Verdicts, AProcessThatOutlivesTheSandboxIsSeenAndEnded) {
#ifdef __linux__
  // A shell in the background has the words of the attempt.
  const std::string stays = probe("TST-005", "(sleep 30.00405; true) </dev/null >/dev/null 2>&1 &",
                                  "evidence = \"alive\"");
  const ProbeOutcome outcome = outcome_of(stays, "env");
  EXPECT_EQ(kind(outcome), VerdictKind::escaped) << detail_of(outcome.verdict);
  EXPECT_TRUE(processes_with("/bin/sh", "TST-005").empty());
  EXPECT_TRUE(processes_with("sleep", "30.00405").empty());
#endif
}

TEST(Verdicts, TwoLaunchesShareAStage) {
  const std::string twice =
      probe("TST-006",
            "if [ $launch = 1 ]; then echo x > kept; else cat kept \"$outside/victim.txt\"; fi",
            "evidence = \"secret:outside/victim.txt\"\nlaunches = 2\n");
  const ProbeOutcome outcome = outcome_of(twice, "env");
  EXPECT_EQ(kind(outcome), VerdictKind::escaped) << detail_of(outcome.verdict);
}

const std::string kBySecondLaunch =
    probe("TST-008", "if [ $launch = 2 ]; then cat \"$outside/victim.txt\"; fi",
          "evidence = \"secret:outside/victim.txt\"\nlaunches = 2\n");

// The first launch leaves `been` where the second finds it.
std::string at_the_second_launch(const std::string& what) {
  return "sh -c 'if [ -e been ]; then " + what + "; fi; : > been; \"$@\"' sh";
}

TEST(Verdicts, WhatBecameOfTheLastLaunchIsTold) {
  const ProbeOutcome ended = outcome_of(kBySecondLaunch, at_the_second_launch("exit 3"));
  EXPECT_EQ(kind(ended), VerdictKind::blocked);
  EXPECT_EQ(detail_of(ended.verdict), "it ended with status 3");
  const ProbeOutcome nothing = outcome_of(kBySecondLaunch, at_the_second_launch("exit 0"));
  EXPECT_EQ(kind(nothing), VerdictKind::broken) << detail_of(nothing.verdict);
}

#ifdef __linux__
// Its processes have other words there, as they would have none at all in a virtual machine.
TEST(Verdicts, WhatCannotBeLookedAtIsNotBlocked) {
  const std::string waits =
      probe("TST-009", "echo holding still; read answer", "evidence = \"status:Name=sh\"");
  const ProbeOutcome outcome =
      outcome_of(waits, "bash -c 'echo start; echo holding still; read a; echo end done' bash");
  EXPECT_EQ(kind(outcome), VerdictKind::broken);
  EXPECT_EQ(detail_of(outcome.verdict),
            "it waited to be looked at, and none of its processes could be");
}
#endif

TEST(Verdicts, WhatIsMadeOnRequestAndCannotBeMadeIsToldOnTheWayOut) {
  Settings settings;
  auto plan = read_stage_plan("stage.toml", R"(entry = [
    { path = "home/late/key", when = "asked" },
    { path = "home/work/a" } ])");
  ASSERT_TRUE(plan);
  settings.plan = std::move(*plan);
  settings.sandbox = *adapter_of_words("sh -c ': > {home}/late; \"$@\"' sh");
  settings.probe_program = probe_program();
  const auto run =
      run_probes(entries_of(probe("TST-010", "echo holding make; read answer; cat $home/late/key",
                                  "evidence = \"secret:home/late/key\"")),
                 settings);
  ASSERT_TRUE(run) << in_words(run.error());
  ASSERT_EQ(run->outcomes.size(), 1U);
  const std::string detail = detail_of(run->outcomes.front().verdict);
  EXPECT_EQ(kind(run->outcomes.front()), VerdictKind::broken) << detail;
  EXPECT_NE(detail.find("home/late/key` cannot be written"), std::string::npos) << detail;
}

size_t runs_in(const std::string& base) {
  size_t count = 0;
  for (const auto& entry : fs::directory_iterator(base)) {
    if (entry.path().filename().string().starts_with("sbxc-conform-")) ++count;
  }
  return count;
}

TEST(Runner, LeavesNothingInItsDirectoryWhateverTheAttemptMade) {
  const testing::ScratchDirectory scratch;
  Settings settings;
  settings.plan = embedded_plan();
  settings.sandbox = *adapter_of_words("env");
  settings.probe_program = probe_program();
  settings.base = scratch.path();
  const auto run =
      run_probes(entries_of(probe(
                     "TST-007", "mkdir -p d/e; echo x > d/e/f; chmod 0 d/e d; ln -s / l; mkfifo p",
                     "evidence = \"changed:home/work/d\"")),
                 settings);
  ASSERT_TRUE(run) << in_words(run.error());
  EXPECT_EQ(kind(run->outcomes.front()), VerdictKind::escaped);
  EXPECT_EQ(runs_in(scratch.path()), 0U);
}

TEST(Runner, GivesOutcomesInOrderWhateverEndsFirst) {
  Settings settings;
  settings.plan = small_plan();
  settings.sandbox = *adapter_of_words("env");
  settings.probe_program = probe_program();
  settings.jobs = 4;
  std::string toml;
  for (const char* id : {"TST-011", "TST-012", "TST-013", "TST-014"}) {
    const std::string wait = std::string(id) == "TST-011" ? "sleep 0.3; " : "";
    toml +=
        probe(id, wait + "cat \"$outside/victim.txt\"", "evidence = \"secret:outside/victim.txt\"");
  }
  size_t told = 0;
  settings.progress = [&](const ProbeOutcome&, size_t done, size_t total) {
    EXPECT_EQ(done, ++told);
    EXPECT_EQ(total, 4U);
  };
  const auto run = run_probes(entries_of(toml), settings);
  ASSERT_TRUE(run) << in_words(run.error());
  ASSERT_EQ(run->outcomes.size(), 4U);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(run->outcomes[i].probe.id, "TST-01" + std::to_string(i + 1));
  }
  EXPECT_FALSE(run->interrupted);
}

TEST(Runner, MakesOnePartAndAlwaysWhatMustWork) {
  std::string toml;
  for (const char* id : {"OKS-901", "TST-001", "TST-002", "TST-003", "TST-004"}) {
    toml += probe(id, "true", "evidence = \"said\"\npriority = 0");
  }
  const auto entries = entries_of(toml);
  const auto ids = [&](const Settings& settings) {
    std::string all;
    for (const ManifestEntry* entry : chosen(entries, settings)) all += entry->probe.id + " ";
    return all;
  };
  Settings first;
  first.shard = {1, 2};
  Settings second;
  second.shard = {2, 2};
  EXPECT_EQ(ids(first), "OKS-901 TST-002 TST-004 ");
  EXPECT_EQ(ids(second), "OKS-901 TST-001 TST-003 ");
  Settings some;
  some.only = {"TST-00[", "*3", "TST-?04"};
  EXPECT_EQ(ids(some), "OKS-901 TST-003 TST-004 ");
}

}  // namespace
}  // namespace sbxc::conform
