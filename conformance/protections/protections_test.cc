// No protection without an attempt that needs it. For each, by the program that can leave it out:
// its attempts are blocked as long as it is there, and escape without it. Where another wall stands
// before the same thing, that one is off both times, so that this one alone makes the difference.
#include "runtime/protections/protections.h"

#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "conformance/protections/entries_for_test.h"

namespace sbxc::conform {
namespace {

std::string joined_by_commas(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

// `sbxc run` of std/agent and these rules, without these protections.
Adapter sandbox(const std::vector<std::string>& rules, const std::vector<std::string>& without) {
  Adapter adapter;
  adapter.name = "sbxc";
  adapter.as_given = "sbxc-weakened run";
  std::string policy = "sbx 1\nuse std/agent\n";
  for (const std::string& rule : rules) policy += rule + "\n";
  adapter.files.push_back({"policy.sbx", policy, 0600});
  adapter.command = {SBXC_WEAKENED, "run", "--quiet", "{file:policy.sbx}", "--", "{command}"};
  adapter.environment["SBXC_TEST_WITHOUT"] = joined_by_commas(without);
  return adapter;
}

bool is_ours(const ProtectionEntry& entry) {
  if (entry.account.empty()) return true;
  return (entry.account == "root") == (geteuid() == 0);
}

// What not every machine has, by the words of the table. Without it there is nothing that a
// protection could make a difference to.
bool machine_has(const std::string& what) {
  if (what.empty()) return true;
  if (what == "Landlock ABI 6") {
    return syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 6;
  }
  if (what == "perf_event_open for everybody") {
    int paranoid = 0;  // Debian's 3 leaves it to root of the machine
    std::ifstream("/proc/sys/kernel/perf_event_paranoid") >> paranoid;
    return paranoid <= 2;
  }
  ADD_FAILURE() << "nobody knows how to look for `" << what << "`";
  return false;
}

class ProtectionsOf : public ::testing::TestWithParam<std::string> {
 protected:
  // The outcomes of these probes, by id.
  std::map<std::string, ProbeOutcome> outcomes(const std::vector<std::string>& probes,
                                               Adapter adapter) {
    std::vector<ManifestEntry> chosen;
    for (const ManifestEntry& entry : manifest_) {
      const bool wanted = std::ranges::find(probes, entry.probe.id) != probes.end();
      if (wanted) chosen.push_back(entry);
    }
    Settings settings;
    settings.plan = embedded_plan();
    settings.sandbox = std::move(adapter);
    settings.probe_program = probe_program();
    std::map<std::string, ProbeOutcome> found;
    auto run = run_probes(chosen, settings);
    if (!run) ADD_FAILURE() << in_words(run.error());
    if (!run) return found;
    for (ProbeOutcome& outcome : run->outcomes) {
      const std::string id = outcome.probe.id;
      found.emplace(id, std::move(outcome));
    }
    return found;
  }

  // What this machine cannot try is told, and no failure: another machine can.
  static bool is_skipped(const ProtectionEntry& entry, const ProbeOutcome& outcome) {
    if (kind_of(outcome.verdict) != VerdictKind::skipped) return false;
    std::printf("not tried here: %s for `%s`: %s\n", outcome.probe.id.c_str(),
                entry.protection.c_str(), detail_of(outcome.verdict).c_str());
    return true;
  }

  // With it. Entries that have the same walls switched off are tried in one run.
  std::map<std::string, ProbeOutcome> guarded(const std::vector<ProtectionEntry>& entries,
                                              const ProtectionEntry& like) {
    std::vector<std::string> probes;
    for (const ProtectionEntry& entry : entries) {
      if (entry.besides != like.besides || entry.rules != like.rules) continue;
      probes.insert(probes.end(), entry.probes.begin(), entry.probes.end());
    }
    return outcomes(probes, sandbox(like.rules, like.besides));
  }

  void check(const ProtectionEntry& entry, const std::map<std::string, ProbeOutcome>& with) {
    std::vector<std::string> without = entry.besides;
    without.push_back(entry.protection);
    const auto bare = outcomes(entry.probes, sandbox(entry.rules, without));
    for (const std::string& id : entry.probes) {
      const auto before = with.find(id);
      const auto after = bare.find(id);
      ASSERT_TRUE(before != with.end() && after != bare.end()) << id;
      if (is_skipped(entry, before->second)) continue;
      EXPECT_EQ(name_of(kind_of(before->second.verdict)), "blocked")
          << "with `" << entry.protection << "`, " << id << ": "
          << detail_of(before->second.verdict) << "\n"
          << before->second.said;
      EXPECT_EQ(name_of(kind_of(after->second.verdict)), "escaped")
          << "without `" << entry.protection << "`, " << id << ": "
          << detail_of(after->second.verdict) << "\n"
          << after->second.said;
    }
  }

  std::vector<ManifestEntry> manifest_ = the_manifest();
};

TEST_P(ProtectionsOf, EachKeepsAwayWhatEscapesWithoutIt) {
  const char* only = std::getenv("SBXC_TEST_ONLY");
  std::vector<ProtectionEntry> entries = the_table();
  std::erase_if(entries, [&](const ProtectionEntry& entry) {
    const auto facts =
        std::ranges::find(protections::all(), entry.protection, &protections::Facts::name);
    const bool is_other = facts == protections::all().end() || facts->group != GetParam();
    return is_other || !is_ours(entry) || (only != nullptr && entry.protection != only);
  });
  std::map<std::string, std::map<std::string, ProbeOutcome>> runs;
  for (const ProtectionEntry& entry : entries) {
    if (!machine_has(entry.machine)) {
      std::printf("not tried here: `%s`: this machine does not have: %s\n",
                  entry.protection.c_str(), entry.machine.c_str());
      continue;
    }
    const std::string key = joined_by_commas(entry.besides) + ";" + joined_by_commas(entry.rules);
    if (!runs.contains(key)) runs.emplace(key, guarded(entries, entry));
    check(entry, runs.at(key));
  }
}

std::vector<std::string> groups() {
  std::vector<std::string> names;
  for (const protections::Facts& facts : protections::all()) {
    if (std::ranges::find(names, facts.group) == names.end()) names.emplace_back(facts.group);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Groups, ProtectionsOf, ::testing::ValuesIn(groups()),
                         [](const auto& group) { return group.param; });

TEST(TheShippedProgram, DoesNotKnowHowToBeWeakened) {
  std::ifstream file(SBXC_PROGRAM, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  EXPECT_GT(bytes.str().size(), 100'000U);
  EXPECT_EQ(bytes.str().find("SBXC_TEST_WITHOUT"), std::string::npos);
}

TEST(TheTestOnlyProgram, SaysWhatIsOffAndTakesNoNameThatIsNone) {
  const auto run = [](const std::string& without) {
    return sbxc::testing::run_program(
        {.argv = {SBXC_WEAKENED, "--version"}, .environment = {{"SBXC_TEST_WITHOUT", without}}});
  };
  EXPECT_EQ(run("mounts").err,
            "warning: the protection `mounts` is switched off: this program is for tests alone\n");
  EXPECT_EQ(run("").err, "");
  EXPECT_EQ(run("munts").status, 2);
}

}  // namespace
}  // namespace sbxc::conform
