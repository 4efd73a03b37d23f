// For tests: a policy on made-up files, and its plan as the emitter makes it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "backends/bwrap/bwrap.h"
#include "backends/bwrap/read/verify.h"
#include "backends/target/verification_for_test.h"
#include "compiler/policy/terse_policy.h"

namespace sbxc::bwrap_read {

// The same names for the emitter and for the reader, which share no representation.
struct TwoViews {
  bwrap::MemoryFileSystem files;
  RecordedFiles facts;

  TwoViews& add(const std::string& path, There there = There::file) {
    facts.add(path, there);
    files.add(path, there == There::directory ? bwrap::FileKind::directory
                    : there == There::socket  ? bwrap::FileKind::socket
                    : there == There::device  ? bwrap::FileKind::device
                                              : bwrap::FileKind::file);
    return *this;
  }
  TwoViews& link(const std::string& path, const std::string& text) {
    facts.add_link(path, text);
    files.link(path, text);
    return *this;
  }
};

struct PlanBytes {
  Policy policy;
  std::string json;
  std::string args;
  std::vector<RuleVerdict> verdicts;

  static PlanBytes of(const Policy& policy, const BwrapOptions& options) {
    const Sources sources;
    Lowered lowered = lower_bwrap(policy, sources, options);
    return {policy, lowered.artifacts[0].bytes, lowered.artifacts[1].bytes,
            std::move(lowered.verdicts)};
  }

  Verification verify(const FileFacts& facts) const {
    return verify_bwrap(policy, {json, args}, verdicts, {.facts = &facts});
  }
};

}  // namespace sbxc::bwrap_read
