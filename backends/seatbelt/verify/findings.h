// Where a verification collects what it finds. Every witness is asked of the policy and of the
// profile once more, as one request: an automaton that is wrong must not accuse anybody.
#pragma once

#include <array>
#include <string>

#include "backends/seatbelt/read/profile.h"
#include "backends/target/verification.h"

namespace sbxc::seatbelt_verify {

// A request as Seatbelt takes it.
struct Asked {
  sbpl::OperationId operation{};
  sbpl::Request request;
};

class Findings {
 public:
  // `policy` as it is spelt on macOS.
  Findings(const Policy& policy, const sbpl::Profile& profile)
      : policy_(policy), profile_(profile) {}

  // The profile allows what the policy does not, or the other way round.
  void disagree(const Request& request, const Asked& asked);
  // The profile answers a request that the language has no word for.
  void misfit(std::string what, const Asked& asked);
  void misfit(std::string what, uint32_t line);
  void undecided(Operation operation, std::string why);
  // Something is narrower than the policy, as is documented.
  void narrowed(Operation operation, const std::string& why);
  void widened(Operation operation, const std::string& why);
  void not_spoken(Operation operation, std::string why);
  void method(Operation operation, std::string how) { of(operation).method = std::move(how); }

  const Policy& policy() const { return policy_; }
  const sbpl::Profile& profile() const { return profile_; }
  Verification done() &&;

 private:
  OperationProof& of(Operation operation) { return proofs_[static_cast<size_t>(operation)]; }

  const Policy& policy_;
  const sbpl::Profile& profile_;
  std::array<OperationProof, kOperations.size()> proofs_{};
  std::vector<Misfit> misfits_;
};

}  // namespace sbxc::seatbelt_verify
