// What a verification found, in words, for tests that fail.
#pragma once

#include <fmt/core.h>

#include "backends/target/verification.h"

namespace sbxc {

inline std::string describe(const Verification& verification) {
  std::string text;
  if (verification.unreadable) text += verification.unreadable->message + "\n";
  for (const OperationProof& one : verification.operations) {
    text += fmt::format("{}: {} {}\n", name_of(one.operation), name_of(one.proof), one.why);
    for (const Disagreement& found : one.disagreements) {
      text += fmt::format("  {} {}: the policy says {}, {}:{} `{}` says {}\n",
                          name_of(found.operation), found.witness, name_of(found.policy_says),
                          found.file, found.line, found.emitted, found.artifact_says);
    }
  }
  return text;
}

inline const OperationProof& proof_about(const Verification& verification, Operation operation) {
  static const OperationProof kNone;
  for (const OperationProof& one : verification.operations) {
    if (one.operation == operation) return one;
  }
  return kNone;
}

}  // namespace sbxc
