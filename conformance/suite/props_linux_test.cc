// Each prop in a sandbox that blocks nothing, where its evidence has to be seen, and in one that
// undoes just that, where it must not be. The attempts are the real ones; the stage is small.
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

#include "conformance/suite/suite_for_test.h"

namespace sbxc::conform {

namespace {

// A sandbox that starts the command and leaves it everything.
constexpr const char* kNothing = "/usr/bin/env {command}";

ManifestEntry real_entry(const std::string& id) {
  for (const EmbeddedFile& file : manifest_files()) {
    if (file.name == "stage" || file.name == "expected") continue;
    for (ManifestEntry& each : entries_of(std::string(file.text))) {
      if (each.probe.id == id) return std::move(each);
    }
  }
  ADD_FAILURE() << "there is no probe " << id;
  return {};
}

std::map<std::string, ProbeOutcome> outcomes_of(const std::vector<std::string>& ids,
                                                const std::string& sandbox) {
  Settings settings;
  settings.plan = small_plan();
  settings.sandbox = *adapter_of_words(sandbox);
  settings.probe_program = probe_program();
  std::vector<ManifestEntry> entries;
  for (const std::string& id : ids) entries.push_back(real_entry(id));
  auto run = run_probes(entries, settings);
  if (!run) ADD_FAILURE() << in_words(run.error());
  std::map<std::string, ProbeOutcome> outcomes;
  if (run) {
    for (ProbeOutcome& each : run->outcomes) outcomes[each.probe.id] = std::move(each);
  }
  return outcomes;
}

// What this machine cannot try says so itself (a container without keyrings, a kernel without
// message queues); what it can try must be seen.
void expect_each(const std::vector<std::string>& ids, const std::string& sandbox,
                 VerdictKind wanted) {
  auto outcomes = outcomes_of(ids, sandbox);
  for (const std::string& id : ids) {
    const ProbeOutcome& outcome = outcomes[id];
    if (kind(outcome) == VerdictKind::skipped) continue;
    EXPECT_EQ(name_of(kind(outcome)), name_of(wanted))
        << id << ": " << detail_of(outcome.verdict) << "\n"
        << outcome.said;
  }
}

TEST(Victim, SeesThatItWasReadAndSignalledAndKilledAndChanged) {
  expect_each({"PRC-001", "PRC-003", "PRC-103", "PTR-001", "PTR-106", "PTR-107", "PTR-008",
               "PTR-112", "PTR-113"},
              kNothing, VerdictKind::escaped);
}

TEST(Victim, IsWellWhereNobodyReachesIt) {
  // Another process table: the number stands for nobody.
  expect_each({"PRC-001", "PTR-001", "PTR-106", "PTR-008"},
              "/usr/bin/unshare --user --map-root-user --pid --fork --mount-proc {command}",
              VerdictKind::blocked);
}

TEST(SystemV, SeesReadingWritingAndRemoving) {
  expect_each({"IPC-001", "IPC-101", "IPC-102", "IPC-103", "IPC-006", "IPC-105"}, kNothing,
              VerdictKind::escaped);
}

TEST(SystemV, IsNotInAnotherNamespace) {
  expect_each({"IPC-001", "IPC-101", "IPC-102", "IPC-103", "IPC-006", "IPC-105", "IPC-108"},
              "/usr/bin/unshare --user --map-root-user --ipc {command}", VerdictKind::blocked);
}

TEST(SharedMemory, SeesReadingWritingRemovingAndMaking) {
  expect_each({"IPC-002", "IPC-106", "IPC-109", "IPC-112", "IPC-107", "IPC-108"}, kNothing,
              VerdictKind::escaped);
}

TEST(Keyring, SeesReadingChangingAndMaking) {
  expect_each({"IPC-003", "IPC-004", "IPC-117", "IPC-114", "IPC-118", "IPC-116"}, kNothing,
              VerdictKind::escaped);
}

TEST(Descriptors, SeesWhatComesOfEach) {
  expect_each({"FDS-001", "FDS-002", "FDS-003", "FDS-005", "FDS-007", "FDS-008", "FDS-101",
               "FDS-106", "FDS-108", "FDS-112"},
              kNothing, VerdictKind::escaped);
}

TEST(Descriptors, AreGoneWhereTheyAreClosed) {
  expect_each({"FDS-001", "FDS-002", "FDS-003", "FDS-005", "FDS-007", "FDS-101"},
              "/usr/bin/python3 -c "
              "'import os,sys; os.closerange(3,1000); os.execv(sys.argv[1],sys.argv[1:])' "
              "{command}",
              VerdictKind::blocked);
}

TEST(ErrorFile, SeesThatItWasReadOrEmptied) {
  expect_each({"FDS-004", "FDS-105", "FDS-109", "FDS-111"}, kNothing, VerdictKind::escaped);
}

// What was said afterwards stands where the file's own text stood.
TEST(ErrorFile, SeesThatItWasEmptiedThoughTheSandboxSaysMuch) {
  expect_each({"FDS-105", "FDS-111"}, "/bin/sh -c '\"$@\"; printf %0100d 7 >&2' sh",
              VerdictKind::escaped);
}

TEST(Terminals, SeeTypingWritingReadingAndModes) {
  expect_each({"TTY-001", "TTY-101", "TTY-103", "TTY-002", "TTY-106", "TTY-006"}, kNothing,
              VerdictKind::escaped);
}

// A session without a terminal cannot be typed into by an ordinary user; root may, and does.
TEST(Terminals, AreNotTypedIntoFromAnotherSession) {
  const std::string apart = "/usr/bin/setsid --wait {command}";
  expect_each({"TTY-103"}, apart, VerdictKind::blocked);
  expect_each({"TTY-001"}, apart, getuid() == 0 ? VerdictKind::escaped : VerdictKind::blocked);
}

TEST(Agents, SeeWhoConnects) {
  expect_each({"UDS-009", "UDS-010", "UDS-011", "UDS-013"}, kNothing, VerdictKind::escaped);
}

TEST(Tools, SeeThatTheyWereRun) {
  expect_each({"ENV-003", "ENV-118"}, kNothing, VerdictKind::escaped);
}

TEST(Launcher, IsKilledWhileTheCommandRuns) {
  expect_each({"LIF-002", "LIF-105", "LIF-007"}, kNothing, VerdictKind::escaped);
}

TEST(View, SeesNamespacesMountsSessionsAndDescriptors) {
  expect_each({"MNT-001", "MNT-101", "MNT-113", "PTR-006", "PRC-009", "KRN-106"}, kNothing,
              VerdictKind::escaped);
}

TEST(View, DoesNotTakeACoverForWhatItHides) {
  const std::string alone = getuid() == 0 ? "--mount" : "--user --map-root-user --mount";
  const auto outcomes = outcomes_of(
      {"PRC-108"}, "/usr/bin/unshare " + alone +
                       " /bin/sh -c "
                       "'mount --bind /dev/null /proc/kallsyms && exec \"$@\"' sh {command}");
  EXPECT_EQ(name_of(kind(outcomes.at("PRC-108"))), "blocked")
      << detail_of(outcomes.at("PRC-108").verdict);
}

}  // namespace

}  // namespace sbxc::conform
