// Runs probes: a process for each, which makes the attempt outside, then inside, each on a stage of
// its own, and hands over one outcome. It adopts every process that the sandbox leaves behind, and
// ends them; so no probe can disturb another, and an interrupt leaves nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/adapter.h"
#include "conformance/suite/manifest.h"
#include "conformance/suite/outcome.h"

namespace sbxc::conform {

struct Settings {
  StagePlan plan;
  Adapter sandbox;
  std::string_view probe_program;
  std::string place{kUsualPlace};  // where it stands on a stage
  std::vector<ExpectedEntry> expected;
  // The policy's answer; absent: no policy was given, and every probe is tried.
  Allowed allowed;
  unsigned jobs = 2;
  std::vector<std::string> only;  // globs of ids; the works-probes of priority 0 always run
  Shard shard;
  std::string base = "/var/tmp";
  // Something of the caller's to be done beside the probes, in a process of its own, and what to do
  // with what it gave; nothing when it did not come to its end.
  std::function<std::string()> beside;
  std::function<void(std::optional<std::string>)> beside_done;
  // Called in the order in which probes end, with how many have and how many there are.
  std::function<void(const ProbeOutcome&, size_t done, size_t total)> progress;
};

// Fills in what a run is but for what only the caller knows (versions, policy, features). Returns a
// fault if the suite itself cannot work here.
Result<Run> run_probes(const std::vector<ManifestEntry>& entries, const Settings& settings);

// Which of the entries would be run, in order.
std::vector<const ManifestEntry*> chosen(const std::vector<ManifestEntry>& entries,
                                         const Settings& settings);

}  // namespace sbxc::conform
