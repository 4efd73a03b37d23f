// The files that sbxc carries of the suite fit together: what the manifest describes the probe
// program can try, what counts as evidence stands on the stage, and there is enough of everything.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <set>
#include <string>

#include "conformance/suite/machine.h"
#include "conformance/suite/manifest.h"
#include "conformance/suite/probe_program.h"
#include "conformance/suite/stage_plan.h"

namespace sbxc::conform {
namespace {

StagePlan carried_plan() {
  for (const EmbeddedFile& file : manifest_files()) {
    if (file.name == "stage") return read_stage_plan("stage.toml", file.text).value();
  }
  return {};
}

std::vector<ManifestEntry> carried_entries() {
  std::vector<std::vector<ManifestEntry>> parts;
  for (const EmbeddedFile& file : manifest_files()) {
    if (file.name == "stage" || file.name == "expected") continue;
    auto part = read_manifest(std::string(file.name) + ".toml", file.text);
    EXPECT_TRUE(part.has_value()) << in_words(part.error());
    if (part) parts.push_back(std::move(*part));
  }
  auto all = joined(std::move(parts), carried_plan());
  EXPECT_TRUE(all.has_value()) << in_words(all.error());
  return all ? std::move(*all) : std::vector<ManifestEntry>{};
}

bool is_for(const ManifestEntry& entry, std::string_view system) {
  const auto& systems = entry.probe.systems;
  return std::find(systems.begin(), systems.end(), system) != systems.end();
}

// The ids that the probe program says when it is asked for none.
std::set<std::string> attempts() {
  const std::string place = testing::TempDir() + "sbxc-probe-" + std::to_string(getpid());
  std::ofstream(place, std::ios::binary) << probe_program();
  std::string command = "chmod 700 '" + place + "' && '" + place + "'";
  std::set<std::string> ids;
  if (std::FILE* output = popen(command.c_str(), "r")) {
    std::array<char, 64> line{};
    while (std::fgets(line.data(), line.size(), output) != nullptr) {
      std::string id = line.data();
      ids.insert(id.substr(0, id.find('\n')));
    }
    pclose(output);
  }
  unlink(place.c_str());
  return ids;
}

TEST(ProbeFiles, EveryProbeOfThisSystemHasAnAttempt) {
  const std::set<std::string> known = attempts();
  ASSERT_FALSE(known.empty());
  for (const ManifestEntry& entry : carried_entries()) {
    if (!entry.runner.empty() || !is_for(entry, this_system())) continue;
    EXPECT_TRUE(known.contains(entry.probe.id)) << entry.probe.id << " is described, and not made";
  }
}

TEST(ProbeFiles, EveryAttemptIsDescribed) {
  std::set<std::string> described;
  for (const ManifestEntry& entry : carried_entries()) described.insert(entry.probe.id);
  for (const std::string& id : attempts()) {
    if (id.find('-') == std::string::npos) continue;
    EXPECT_TRUE(described.contains(id)) << id << " is made, and not described";
  }
}

// A secret of a misspelt path is never seen, and a hole would be taken for a wall.
TEST(ProbeFiles, WhoseSecretCountsStandsOnTheStageOrComesWithAProp) {
  const StagePlan plan = carried_plan();
  for (const ManifestEntry& entry : carried_entries()) {
    const bool only_sets =
        std::all_of(entry.props.begin(), entry.props.end(),
                    [sets = plan.sets()](const std::string& prop) { return sets.contains(prop); });
    for (const Evidence& evidence : entry.evidence) {
      if (evidence.kind != "secret" || !only_sets) continue;
      const bool there =
          std::any_of(plan.items.begin(), plan.items.end(), [&](const StageItem& item) {
            const bool here = item.set.empty() || std::find(entry.props.begin(), entry.props.end(),
                                                            item.set) != entry.props.end();
            const size_t n = item.path.find("{n}");
            return here &&
                   (n == std::string::npos ? item.path == evidence.what
                                           : evidence.what.starts_with(item.path.substr(0, n)));
          });
      EXPECT_TRUE(there) << entry.probe.id << " waits for the secret of " << evidence.what;
    }
  }
}

TEST(ProbeFiles, ThereAreEnoughOfThem) {
  size_t linux_ones = 0;
  size_t macos_ones = 0;
  const std::vector<ManifestEntry> entries = carried_entries();
  for (const ManifestEntry& entry : entries) {
    linux_ones += is_for(entry, "linux") ? 1 : 0;
    macos_ones += is_for(entry, "macos") ? 1 : 0;
  }
  EXPECT_GE(entries.size(), 280U);
  EXPECT_GE(linux_ones, 220U);
  EXPECT_GE(macos_ones, 150U);
}

}  // namespace
}  // namespace sbxc::conform
