#include "compiler/driver/proving.h"

#include <algorithm>

#include "backends/bwrap/read/verify.h"
#include "backends/proxy/read/verify_proxy.h"
#include "backends/seatbelt/verify/verify_seatbelt.h"
#include "backends/seccomp/read/verify_seccomp.h"

namespace sbxc::driver {

namespace {

std::string_view bytes_of(const Lowered& lowered, std::string_view file) {
  for (const Artifact& artifact : lowered.artifacts) {
    if (artifact.file == file) return artifact.bytes;
  }
  return {};
}

// The worse of two answers about one operation; what differs outweighs all.
Proof worse(Proof a, Proof b) {
  constexpr Proof kOrder[] = {Proof::not_spoken, Proof::proved,      Proof::narrowed,
                              Proof::widened,    Proof::not_decided, Proof::differs};
  const auto rank = [&](Proof proof) {
    return std::find(std::begin(kOrder), std::end(kOrder), proof);
  };
  return rank(a) < rank(b) ? b : a;
}

// One answer for both systems' tables.
Verification both_systems(Verification linux_table, Verification macos_table) {
  for (OperationProof& proof : macos_table.operations) {
    const auto same =
        std::find_if(linux_table.operations.begin(), linux_table.operations.end(),
                     [&](const OperationProof& one) { return one.operation == proof.operation; });
    if (same == linux_table.operations.end()) {
      linux_table.operations.push_back(std::move(proof));
      continue;
    }
    same->proof = worse(same->proof, proof.proof);
    if (same->why.empty()) same->why = proof.why;
    std::move(proof.disagreements.begin(), proof.disagreements.end(),
              std::back_inserter(same->disagreements));
  }
  std::move(macos_table.misfits.begin(), macos_table.misfits.end(),
            std::back_inserter(linux_table.misfits));
  if (!linux_table.unreadable) linux_table.unreadable = std::move(macos_table.unreadable);
  return linux_table;
}

Verification verify_one(const Policy& policy, const Lowered& lowered) {
  switch (lowered.target) {
    case TargetName::seatbelt:
      return verify_seatbelt(policy, bytes_of(lowered, "profile.sb"), lowered.verdicts);
    case TargetName::bwrap:
      return verify_bwrap(policy,
                          {.plan_json = bytes_of(lowered, "plan.json"),
                           .plan_args = bytes_of(lowered, "plan.args")},
                          lowered.verdicts);
    case TargetName::seccomp:
      return verify_seccomp(policy, lowered.artifacts);
    case TargetName::proxy:
      return both_systems(verify_proxy(policy, Os::linux, lowered.artifacts),
                          verify_proxy(policy, Os::macos, lowered.artifacts));
  }
  return {};
}

bool is_undecided(const Verification& verification) {
  const auto any = [&](Proof proof) {
    return std::any_of(verification.operations.begin(), verification.operations.end(),
                       [&](const OperationProof& one) { return one.proof == proof; });
  };
  return any(Proof::not_decided) && !any(Proof::differs) && verification.misfits.empty() &&
         !verification.unreadable;
}

}  // namespace

std::vector<Verification> verify_targets(const Policy& policy,
                                         const std::vector<Lowered>& lowered) {
  std::vector<Verification> all;
  all.reserve(lowered.size());
  for (const Lowered& one : lowered) all.push_back(verify_one(policy, one));
  return all;
}

bool all_hold(const std::vector<Verification>& verifications) {
  return std::all_of(verifications.begin(), verifications.end(),
                     [](const Verification& one) { return one.holds(); });
}

bool only_undecided(const std::vector<Verification>& verifications) {
  return !all_hold(verifications) &&
         std::all_of(verifications.begin(), verifications.end(),
                     [](const Verification& one) { return one.holds() || is_undecided(one); });
}

}  // namespace sbxc::driver
