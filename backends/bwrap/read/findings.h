// Where a verification collects what it finds, operation by operation. Every witness is asked of
// decide() once more before it is kept: an automaton that is wrong must not accuse anybody.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "backends/target/verification.h"

namespace sbxc::bwrap_read {

struct Emitted {  // the part of an artifact that is to blame
  std::string file;
  uint32_t line = 0;
  std::string text{};
};

class Findings {
 public:
  explicit Findings(const Policy& policy) : policy_(policy) {}

  // The plan gives (`given`) or withholds what the policy says the opposite of.
  void disagree(const Request& request, bool given, std::string artifact_says, Emitted emitted);
  // What no request speaks of.
  void misfit(std::string what, Emitted emitted);
  void undecided(Operation operation, const std::string& why);

  void conclude(Operation operation, Proof proof, std::string why, std::string method);
  Verification done(TargetName target);

 private:
  OperationProof& of(Operation operation) { return operations_[static_cast<size_t>(operation)]; }

  const Policy& policy_;
  std::array<OperationProof, kOperations.size()> operations_{};
  std::array<bool, kOperations.size()> concluded_{};
  std::vector<Misfit> misfits_;
};

}  // namespace sbxc::bwrap_read
