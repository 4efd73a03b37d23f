// For tests: a verification as lines that a failure can show.
#pragma once

#include <string>

#include "backends/seatbelt/resolved_policy.h"
#include "backends/seatbelt/seatbelt.h"
#include "backends/seatbelt/verify/verify_seatbelt.h"

namespace sbxc::seatbelt_verify {

inline std::string in_words(const Verification& found) {
  std::string out;
  if (found.unreadable) out += "unreadable: " + found.unreadable->message + "\n";
  for (const OperationProof& one : found.operations) {
    out += std::string(name_of(one.operation)) + ": " + std::string(name_of(one.proof)) + ' ' +
           one.why + "\n";
    for (const Disagreement& difference : one.disagreements) {
      out += "  " + difference.witness + ": the policy says " +
             std::string(name_of(difference.policy_says)) + ", the profile " +
             difference.artifact_says + " by line " + std::to_string(difference.line) + ": " +
             difference.emitted + "\n";
    }
  }
  for (const Misfit& misfit : found.misfits) {
    out += "misfit: " + misfit.what + " by line " + std::to_string(misfit.line) + ": " +
           misfit.emitted + "\n";
  }
  return out;
}

}  // namespace sbxc::seatbelt_verify
