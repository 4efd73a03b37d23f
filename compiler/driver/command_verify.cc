// `sbxc verify`: compiles, or takes what lies in a directory, reads it back with readers that share
// nothing with the emitters, and proves it equal to the policy for every request, or shows one that
// is not. Status 1: a difference; 5: not decided.
#include <fmt/format.h>

#include "compiler/driver/chosen_targets.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/files.h"
#include "compiler/driver/proving.h"
#include "compiler/driver/targets.h"

namespace sbxc::driver {

namespace {

constexpr size_t kMaxArtifactBytes = 256U << 20;

// Puts the bytes of the directory's files in the place of those just made.
Result<bool> take_from(const std::string& directory, std::vector<Lowered>& lowered) {
  for (Lowered& target : lowered) {
    for (Artifact& artifact : target.artifacts) {
      auto bytes = read_file(directory + "/" + artifact.file, kMaxArtifactBytes);
      if (!bytes) return tl::unexpected(std::move(bytes.error()));
      artifact.bytes = std::move(*bytes);
    }
  }
  return true;
}

}  // namespace

Exit run_verify(const VerifyOptions& options, Console& console) {
  Diagnostics diagnostics;
  const std::vector<TargetName> targets = chosen_targets(options.targets, diagnostics);
  Loaded loaded = diagnostics.has_errors() ? Loaded{} : load_policy(options.policy);
  if (!loaded.policy) {
    if (diagnostics.has_errors()) loaded.diagnostics = diagnostics;
    loaded.diagnostics.sort();
    console.err(render(loaded.diagnostics, loaded.sources, console.render_options()));
    return Exit::bad_input;
  }
  std::vector<Lowered> lowered;
  lowered.reserve(targets.size());
  for (const TargetName target : targets) {
    lowered.push_back(lower(target, *loaded.policy, loaded.sources, loaded.resolve.surroundings,
                            {.hold_static = options.hold_static}));
  }
  if (!options.artifacts.empty()) {
    if (auto taken = take_from(options.artifacts, lowered); !taken) {
      console.err(render(taken.error(), loaded.sources, console.render_options()));
      return Exit::bad_input;
    }
  }
  const std::vector<Verification> all = verify_targets(*loaded.policy, lowered);
  console.out(options.format == "json" ? verification_json(*loaded.policy, loaded.sources, all)
                                       : verification_text(*loaded.policy, loaded.sources, all));
  if (all_hold(all)) return Exit::holds;
  return only_undecided(all) ? Exit::over_budget : Exit::findings;
}

}  // namespace sbxc::driver
