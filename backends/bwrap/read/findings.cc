#include "backends/bwrap/read/findings.h"

#include <algorithm>

#include "compiler/policy/decide.h"

namespace sbxc::bwrap_read {
namespace {

constexpr size_t kMostDisagreements = 10;  // of one operation

}  // namespace

void Findings::disagree(const Request& request, bool given, std::string artifact_says,
                        Emitted emitted) {
  const Decision decision = decide(policy_, Os::linux, request);
  OperationProof& proof = of(request.operation);
  if ((decision.verdict == Effect::allow) == given) {
    undecided(request.operation,
              "the comparison and the policy disagree on `" + request.text() + "`");
    return;
  }
  const std::string* text = std::get_if<std::string>(&request.target);
  const std::string witness = text != nullptr ? *text : request.text();
  const auto same = [&](const Disagreement& one) {
    return one.witness == witness && one.artifact_says == artifact_says;
  };
  if (std::ranges::any_of(proof.disagreements, same)) return;
  if (proof.disagreements.size() == kMostDisagreements) return;
  proof.disagreements.push_back({.operation = request.operation,
                                 .witness = witness,
                                 .policy_says = decision.verdict,
                                 .artifact_says = std::move(artifact_says),
                                 .rules = decision.deciding,
                                 .file = std::move(emitted.file),
                                 .line = emitted.line,
                                 .emitted = std::move(emitted.text)});
}

void Findings::misfit(std::string what, Emitted emitted) {
  misfits_.push_back(
      {std::move(what), std::move(emitted.file), emitted.line, std::move(emitted.text)});
}

void Findings::undecided(Operation operation, const std::string& why) {
  of(operation).proof = Proof::not_decided;
  of(operation).why = why;
  concluded_[static_cast<size_t>(operation)] = true;
}

void Findings::conclude(Operation operation, Proof proof, std::string why, std::string method) {
  OperationProof& one = of(operation);
  one.method = std::move(method);
  if (concluded_[static_cast<size_t>(operation)]) return;
  one.proof = proof;
  one.why = std::move(why);
}

Verification Findings::done(TargetName target) {
  Verification verification{.target = target, .operations = {}};
  for (const OperationFacts& facts : kOperations) {
    OperationProof proof = std::move(of(facts.operation));
    proof.operation = facts.operation;
    if (!proof.disagreements.empty()) {
      proof.proof = Proof::differs;
      proof.why.clear();
    }
    verification.operations.push_back(std::move(proof));
  }
  verification.misfits = std::move(misfits_);
  return verification;
}

}  // namespace sbxc::bwrap_read
