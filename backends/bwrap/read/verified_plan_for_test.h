// For tests: a policy on made-up files, its plan as the emitter makes it, and what verifying says.
#pragma once

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "backends/bwrap/bwrap.h"
#include "backends/bwrap/read/verify.h"
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

inline std::string told(const Verification& verification) {
  std::ostringstream out;
  if (verification.unreadable) out << verification.unreadable->message << "\n";
  for (const Misfit& misfit : verification.misfits) {
    out << "misfit: " << misfit.what << " (" << misfit.file << ":" << misfit.line << " "
        << misfit.emitted << ")\n";
  }
  for (const OperationProof& one : verification.operations) {
    out << name_of(one.operation) << ": " << name_of(one.proof);
    if (!one.why.empty()) out << ", " << one.why;
    out << "\n";
    for (const Disagreement& what : one.disagreements) {
      out << "  " << what.witness << ": policy " << name_of(what.policy_says) << ", plan "
          << what.artifact_says << " (" << what.file << ":" << what.line << " " << what.emitted
          << ")\n";
    }
  }
  return out.str();
}

}  // namespace sbxc::bwrap_read
