// For tests: what a verification found, as lines that a failure can show.
#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "backends/target/verification.h"

namespace sbxc {

inline std::string in_words(const Verification& found) {
  std::ostringstream out;
  if (found.unreadable) out << "unreadable: " << found.unreadable->message << "\n";
  for (const OperationProof& one : found.operations) {
    if (one.proof == Proof::not_spoken) continue;
    out << name_of(one.operation) << ": " << name_of(one.proof) << ' ' << one.why << "\n";
    for (const Disagreement& what : one.disagreements) {
      out << "  " << name_of(what.operation) << ' ' << what.witness << ": the policy says "
          << name_of(what.policy_says) << ", the artifact " << what.artifact_says << " by "
          << what.file << ':' << what.line << ": " << what.emitted << "\n";
    }
  }
  for (const Misfit& misfit : found.misfits) {
    out << "misfit: " << misfit.what << " by " << misfit.file << ':' << misfit.line << ": "
        << misfit.emitted << "\n";
  }
  return out.str();
}

// A verification that says nothing of an operation has not proved it.
inline const OperationProof& proof_about(const Verification& verification, Operation operation) {
  static const OperationProof kNone{.proof = Proof::not_decided};
  for (const OperationProof& one : verification.operations) {
    if (one.operation == operation) return one;
  }
  ADD_FAILURE() << "nothing is said of " << name_of(operation);
  return kNone;
}

}  // namespace sbxc
