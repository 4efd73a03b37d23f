// What a verification says. Text: which operations each target was proved on, then every
// disagreement with the request that shows it, the policy's rule and the emitted line.
#include <fmt/format.h>

#include <algorithm>

#include "backends/target/json_writer.h"
#include "compiler/diag/printable.h"
#include "compiler/driver/proving.h"
#include "compiler/driver/rule_text.h"

namespace sbxc::driver {

namespace {

constexpr Proof kProofs[] = {Proof::proved,      Proof::narrowed, Proof::widened,
                             Proof::not_decided, Proof::differs,  Proof::not_spoken};

std::string summary_of(const Verification& verification) {
  std::string out;
  for (const Proof proof : kProofs) {
    if (proof == Proof::not_spoken) continue;
    std::string names;
    for (const OperationProof& one : verification.operations) {
      if (one.proof != proof) continue;
      names += fmt::format("{}{}", names.empty() ? "" : " ", name_of(one.operation));
    }
    if (!names.empty()) {
      out += fmt::format("{}{}: {}", out.empty() ? "" : " · ", name_of(proof), names);
    }
  }
  if (verification.unreadable) out += fmt::format("{}not read", out.empty() ? "" : " · ");
  return out.empty() ? "nothing to compare" : out;
}

std::string place_of(const std::string& file, uint32_t line, const std::string& emitted) {
  if (file.empty()) return {};
  std::string out = printable(file);
  if (line > 0) out += fmt::format(":{}", line);
  if (!emitted.empty()) out += "  " + printable(emitted);
  return out;
}

std::string disagreement_text(const Policy& policy, const Sources& sources, TargetName target,
                              const Disagreement& one) {
  std::string out = fmt::format("differs: {} {} {}\n", name_of(target), name_of(one.operation),
                                printable(one.witness));
  out += fmt::format("  the policy says {}", name_of(one.policy_says));
  out += one.rules.empty() ? ": no rule matches\n" : ":\n";
  for (const RuleId rule : one.rules) out += rule_lines(policy, sources, rule);
  out += fmt::format("  what was emitted says {}\n", printable(one.artifact_says));
  const std::string place = place_of(one.file, one.line, one.emitted);
  if (!place.empty()) out += fmt::format("    {}\n", place);
  return out;
}

void write_disagreement(JsonWriter& json, const Policy& policy, const Sources& sources,
                        const Disagreement& one) {
  json.object();
  json.member("witness", one.witness);
  json.member("policy_says", name_of(one.policy_says));
  json.member("artifact_says", one.artifact_says);
  json.key("rules").list();
  for (const RuleId rule : one.rules) write_rule(json, policy, sources, rule);
  json.close();
  json.member("file", one.file);
  json.member("line", one.line);
  json.member("emitted", one.emitted);
  json.close();
}

void write_verification(JsonWriter& json, const Policy& policy, const Sources& sources,
                        const Verification& verification) {
  json.object(JsonLayout::lines);
  json.member("target", name_of(verification.target));
  json.member("holds", verification.holds());
  if (verification.unreadable) json.member("unreadable", verification.unreadable->message);
  json.table("operations");
  for (const OperationProof& proof : verification.operations) {
    json.object();
    json.member("operation", name_of(proof.operation));
    json.member("proof", name_of(proof.proof));
    if (!proof.why.empty()) json.member("why", proof.why);
    if (!proof.method.empty()) json.member("method", proof.method);
    json.key("disagreements").list();
    for (const Disagreement& one : proof.disagreements) {
      write_disagreement(json, policy, sources, one);
    }
    json.close();
    json.close();
  }
  json.close();
  json.table("misfits");
  for (const Misfit& misfit : verification.misfits) {
    json.object();
    json.member("what", misfit.what);
    json.member("file", misfit.file);
    json.member("line", misfit.line);
    json.member("emitted", misfit.emitted);
    json.close();
  }
  json.close();
  json.close();
}

}  // namespace

std::string verification_text(const Policy& policy, const Sources& sources,
                              const std::vector<Verification>& verifications) {
  std::string out;
  for (const Verification& one : verifications) {
    out += fmt::format("{:9} {}\n", name_of(one.target), summary_of(one));
    for (const OperationProof& proof : one.operations) {
      if (proof.proof != Proof::not_decided) continue;
      out +=
          fmt::format("  {} is not decided: {}\n", name_of(proof.operation), printable(proof.why));
    }
  }
  for (const Verification& one : verifications) {
    if (one.unreadable) out += render(*one.unreadable, sources, {});
    for (const Misfit& misfit : one.misfits) {
      const std::string place = place_of(misfit.file, misfit.line, misfit.emitted);
      out += fmt::format("wrong: {} {}\n{}", name_of(one.target), printable(misfit.what),
                         place.empty() ? "" : fmt::format("    {}\n", place));
    }
    for (const OperationProof& proof : one.operations) {
      for (const Disagreement& found : proof.disagreements) {
        out += disagreement_text(policy, sources, one.target, found);
      }
    }
  }
  return out;
}

std::string verification_json(const Policy& policy, const Sources& sources,
                              const std::vector<Verification>& verifications) {
  JsonWriter json;
  json.member("format", "sbxc-verification");
  json.member("version", uint32_t{1});
  json.member("holds", all_hold(verifications));
  json.table("targets");
  for (const Verification& one : verifications) write_verification(json, policy, sources, one);
  json.close();
  return std::move(json).finish();
}

}  // namespace sbxc::driver
