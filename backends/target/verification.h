// What verifying a target's artifacts found. A target's `verify` reads the emitted bytes with its
// own reader, which shares nothing with the emitter, and compares what they mean with the policy's
// decisions for every request of every operation that the target speaks of. It proves nothing about
// the kernel: that is what conformance is for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/target/target.h"

namespace sbxc {

// One request on which artifact and policy disagree.
struct Disagreement {
  Operation operation{};
  std::string witness;          // the request's target: `/home/u/.ssh/a`, `example.com:443`
  Effect policy_says{};         // by the decide() yardstick
  std::string artifact_says;    // in the target's words: `allow`, `read-only`, `EPERM`
  std::vector<RuleId> rules{};  // of the policy, that decide the witness; empty: none matches
  std::string file{};           // the artifact
  uint32_t line = 0;            // its line, instruction, entry or step; 0 when there is none
  std::string emitted{};        // that line's text
};

enum class Proof : uint8_t {
  proved,       // equal for every request
  narrowed,     // equal but for what the target's verdicts say is narrowed: never more than allowed
  widened,      // as declared by accepted verdicts, nothing beyond them
  differs,      // at least one disagreement that no verdict declares
  not_spoken,   // the target does not hold this operation (another part does)
  not_decided,  // the budget was spent or the reader did not understand something: never a pass
};
std::string_view name_of(Proof proof);

struct OperationProof {
  Operation operation{};
  Proof proof{};
  std::string why{};  // for not_decided and not_spoken: what, in one clause
  std::vector<Disagreement> disagreements{};
  // Every request was tried (finite) or decided by a product of automata (infinite), or the proof
  // leans on sampling; said so that nobody reads more into it.
  std::string method{};
};

// What is wrong with an artifact and no request speaks of: a limit, a namespace, a file that would
// be left behind, two artifacts that say different things.
struct Misfit {
  std::string what;
  std::string file{};
  uint32_t line = 0;
  std::string emitted{};
};

struct Verification {
  TargetName target{};
  std::vector<OperationProof> operations;
  std::vector<Misfit> misfits{};
  std::optional<Diagnostic> unreadable{};  // the artifact could not be read at all

  // No operation differs or is undecided, nothing is a misfit, and the artifact was read.
  bool holds() const;
};

}  // namespace sbxc
