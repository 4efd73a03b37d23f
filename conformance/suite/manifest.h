// The manifest: what each probe is, needs, and counts as an escape; and which failures are
// expected. TOML, in conformance/probes/ (docs/conformance.md has every key). Strict: a key, a word
// or a kind that is not known is an error with its place, never left out.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/evidence.h"
#include "conformance/suite/fault.h"
#include "conformance/suite/outcome.h"
#include "conformance/suite/stage_plan.h"

namespace sbxc::conform {

struct ManifestEntry {
  Probe probe;  // what reports show
  Place at;

  std::vector<std::string> needs;   // "root", "user", "program:git", "feature:io_uring", …
  std::vector<std::string> props;   // things of the stage: prop.h
  std::vector<Evidence> evidence;   // any of them counts
  std::vector<std::string> expect;  // errno names that a good sandbox gives; detail
  std::string runner;               // empty: the probe program; "sh", "python3"
  std::string script;               // for the runner
  std::map<std::string, std::string> words;        // added to the scene; placeholders filled
  std::map<std::string, std::string> environment;  // set for whoever starts the sandbox
  std::string directory = "home/work";             // where it is started, below the stage
  int launches = 1;  // one after another on one stage: the scene's `launch=1`, …
  // Words of a command that is run outside in the same place when all launches are over: the person
  // who comes back, and has planted things run.
  std::vector<std::string> afterwards;
  std::chrono::milliseconds limit{10'000};  // of one launch
};

// `text` is one file of the manifest; `name` is what faults call it.
Result<std::vector<ManifestEntry>> read_manifest(const std::string& name, std::string_view text);
// Sorted by id. An id that two of them have is an error, and a prop that neither props.cc has nor
// is a set of the stage's.
Result<std::vector<ManifestEntry>> joined(std::vector<std::vector<ManifestEntry>> parts,
                                          const StagePlan& plan);

// An entry of expected.toml.
struct ExpectedEntry {
  std::string probe;                 // an id
  std::string sandbox;               // `sbxc`, an adapter's name
  std::vector<std::string> systems;  // empty: all
  std::string account;               // `root`, `user`; empty: both
  ExpectedFailure failure;
};
// Of this system and account, for this probe and sandbox.
bool applies(const ExpectedEntry& entry, std::string_view probe, std::string_view sandbox);
Result<std::vector<ExpectedEntry>> read_expected(const std::string& name, std::string_view text);

// `FSR-*` and `?` and a bare `FSR-001`.
bool id_matches(std::string_view glob, std::string_view id);

}  // namespace sbxc::conform
