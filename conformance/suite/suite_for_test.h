// What tests of the suite run: the stage and the probe program that sbxc carries, and a few probes.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "compiler/testing/run_program.h"
#include "conformance/suite/probe_program.h"
#include "conformance/suite/runner.h"

namespace sbxc::conform {

inline StagePlan embedded_plan() {
  for (const EmbeddedFile& file : manifest_files()) {
    if (file.name != "stage") continue;
    auto plan = read_stage_plan("stage.toml", file.text);
    if (plan) return std::move(*plan);
    ADD_FAILURE() << in_words(plan.error());
  }
  return {};
}

// A small one, for what is not about files.
inline StagePlan small_plan() {
  auto plan = read_stage_plan("stage.toml", R"(entry = [
    { path = "home/.ssh/id_ed25519", mode = 0o600 },
    { path = "home/work/a" },
    { path = "outside/victim.txt" } ])");
  return plan ? std::move(*plan) : StagePlan{};
}

inline std::vector<ManifestEntry> entries_of(const std::string& toml) {
  auto entries = read_manifest("test.toml", toml);
  if (entries) return std::move(*entries);
  ADD_FAILURE() << in_words(entries.error());
  return {};
}

// A probe by a shell's script, with the rest of its keys.
inline std::string probe(const std::string& id, const std::string& script,
                         const std::string& keys) {
  return "[[probe]]\nid = \"" + id +
         "\"\ntitle = \"t\"\ncategory = \"c\"\nsystems = [\"linux\", \"macos\"]\n"
         "reference = \"own finding\"\nrunner = \"sh\"\nscript = '''" +
         script + "'''\n" + keys + "\n";
}

// One probe in one sandbox.
inline ProbeOutcome outcome_of(const std::string& toml, const std::string& sandbox,
                               Allowed allowed = {}) {
  Settings settings;
  settings.plan = small_plan();
  settings.sandbox = *adapter_of_words(sandbox);
  settings.probe_program = probe_program();
  settings.allowed = std::move(allowed);
  auto run = run_probes(entries_of(toml), settings);
  if (run && run->outcomes.size() == 1) return std::move(run->outcomes.front());
  ADD_FAILURE() << (run ? "there is not one outcome" : in_words(run.error()));
  return {};
}

inline VerdictKind kind(const ProbeOutcome& outcome) { return kind_of(outcome.verdict); }

}  // namespace sbxc::conform
