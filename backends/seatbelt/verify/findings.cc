#include "backends/seatbelt/verify/findings.h"

#include <algorithm>

#include "compiler/policy/decide.h"

namespace sbxc::seatbelt_verify {
namespace {

constexpr const char* kFile = "profile.sb";
constexpr size_t kMostOfAnOperation = 8;
constexpr size_t kMostMisfits = 12;

std::string answer_of(const sbpl::Decision& decision, sbpl::OperationId operation) {
  const std::string name(sbpl::facts_of(operation).name);
  switch (decision.verdict) {
    case sbpl::Verdict::allow:
      return "allow " + name;
    case sbpl::Verdict::deny:
      return "deny " + name;
    case sbpl::Verdict::depends:
      return name + " depends on what is not known";
  }
  return {};
}

}  // namespace

void Findings::disagree(const Request& request, const Asked& asked) {
  const Decision says = decide(policy_, Os::macos, request);
  const sbpl::Decision held = profile_.decide(asked.operation, asked.request);
  const bool agree = held.verdict != sbpl::Verdict::depends &&
                     (says.verdict == Effect::allow) == (held.verdict == sbpl::Verdict::allow);
  OperationProof& proof = of(request.operation);
  if (agree) return undecided(request.operation, "a witness did not stand: " + request.text());
  proof.proof = Proof::differs;
  if (proof.disagreements.size() >= kMostOfAnOperation) return;
  proof.disagreements.push_back({.operation = request.operation,
                                 .witness = request.text(),
                                 .policy_says = says.verdict,
                                 .artifact_says = answer_of(held, asked.operation),
                                 .rules = says.deciding,
                                 .file = kFile,
                                 .line = profile_.place_of(held.line).line,
                                 .emitted = profile_.text_at(held.line)});
}

void Findings::misfit(std::string what, const Asked& asked) {
  misfit(std::move(what), profile_.decide(asked.operation, asked.request).line);
}

void Findings::misfit(std::string what, uint32_t line) {
  const bool known = std::any_of(misfits_.begin(), misfits_.end(),
                                 [&](const Misfit& one) { return one.what == what; });
  if (known || misfits_.size() >= kMostMisfits) return;
  misfits_.push_back({.what = std::move(what),
                      .file = kFile,
                      .line = profile_.place_of(line).line,
                      .emitted = profile_.text_at(line)});
}

void Findings::undecided(Operation operation, std::string why) {
  if (of(operation).proof == Proof::differs) return;
  of(operation).proof = Proof::not_decided;
  of(operation).why = std::move(why);
}

void Findings::narrowed(Operation operation, const std::string& why) {
  if (of(operation).proof != Proof::proved) return;
  of(operation).proof = Proof::narrowed;
  of(operation).why = why;
}

void Findings::widened(Operation operation, const std::string& why) {
  if (of(operation).proof != Proof::proved && of(operation).proof != Proof::narrowed) return;
  of(operation).proof = Proof::widened;
  of(operation).why = why;
}

void Findings::not_spoken(Operation operation, std::string why) {
  of(operation).proof = Proof::not_spoken;
  of(operation).why = std::move(why);
}

Verification Findings::done() && {
  Verification out{.target = TargetName::seatbelt, .operations = {}};
  for (size_t i = 0; i < proofs_.size(); ++i) {
    proofs_[i].operation = static_cast<Operation>(i);
    out.operations.push_back(std::move(proofs_[i]));
  }
  out.misfits = std::move(misfits_);
  return out;
}

}  // namespace sbxc::seatbelt_verify
