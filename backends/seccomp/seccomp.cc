// Puts the parts together: judge every call, make a program for each architecture, generate, list,
// and say for each rule how it is held.
#include "backends/seccomp/seccomp.h"

#include <fmt/core.h>

#include <algorithm>

#include "backends/seccomp/findings.h"
#include "backends/seccomp/generate.h"
#include "backends/seccomp/listing.h"
#include "backends/seccomp/oci_profile.h"
#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

using seccomp::CallVerdict;

constexpr Capability kCapabilities[] = {
    {TargetName::seccomp, Operation::read, Fidelity::elsewhere,
     "a filter sees pointers, not paths: mounts hold them"},
    {TargetName::seccomp, Operation::write, Fidelity::elsewhere,
     "a filter sees pointers, not paths: mounts and the broker hold them"},
    {TargetName::seccomp, Operation::exec, Fidelity::elsewhere,
     "a filter sees pointers, not paths: mounts and Landlock hold them"},
    {TargetName::seccomp, Operation::connect, Fidelity::elsewhere,
     "the proxy holds hosts and ports; without any network rule, IPv4 and IPv6 sockets are "
     "refused"},
    {TargetName::seccomp, Operation::listen, Fidelity::elsewhere,
     "the network namespace holds addresses; without any network rule, IPv4 and IPv6 sockets are "
     "refused"},
    {TargetName::seccomp, Operation::socket, Fidelity::elsewhere,
     "mounts and the broker hold names; without any `socket` rule, unix sockets are refused"},
    {TargetName::seccomp, Operation::env, Fidelity::elsewhere, "the launcher sets the environment"},
    {TargetName::seccomp, Operation::syscall, Fidelity::exact,
     "by number, and by register where a facet is named; `clone3` answers ENOSYS unless every "
     "namespace is allowed"},
    {TargetName::seccomp, Operation::mach, Fidelity::absent, "Mach services are macOS's"},
};

// What an allow rule names and the filter refuses all the same.
void note_losses(const Rule& rule, const std::vector<CallVerdict>& verdicts, RuleVerdict& out) {
  for (size_t i = 0; i < verdicts.size(); ++i) {
    const CallVerdict& verdict = verdicts[i];
    if (!verdict.policy_allows || verdict.filter_allows) continue;
    if (std::find(verdict.rules.begin(), verdict.rules.end(), rule.id) == verdict.rules.end()) {
      continue;
    }
    out.fidelity = Fidelity::narrowed;
    if (out.what.find(verdict.narrowed_by) != std::string::npos) continue;
    if (out.witness.empty()) out.witness = all_syscalls()[i].name;
    out.what += fmt::format("{}{}", out.what.empty() ? "" : "; ", verdict.narrowed_by);
  }
}

RuleVerdict judge_rule(const Rule& rule, const std::vector<CallVerdict>& verdicts) {
  RuleVerdict out{rule.id};
  const auto* row = std::find_if(
      std::begin(kCapabilities), std::end(kCapabilities),
      [&](const Capability& capability) { return capability.operation == rule.operation; });
  out.fidelity = row == std::end(kCapabilities) ? Fidelity::elsewhere : row->usual;
  if (!rule.os.linux) {
    out.fidelity = Fidelity::absent;
    out.what = "it is not in force on Linux";
  } else if (rule.operation == Operation::syscall) {
    if (rule.effect == Effect::allow) note_losses(rule, verdicts, out);
  } else if (row != std::end(kCapabilities)) {
    out.what = row->how;
  }
  return out;
}

void add_map(const seccomp::Filter& filter, const std::string& file,
             const std::vector<CallVerdict>& verdicts, std::vector<MapEntry>& map) {
  for (size_t at = 0; at < filter.code.size(); ++at) {
    std::vector<RuleId> rules;
    const seccomp::Role& role = filter.roles[at];
    for (const auto* ranges : {&role.yes, &role.no, &role.arguments}) {
      for (const seccomp::NumberRange& range : *ranges) {
        const auto more = seccomp::rules_of(range, filter.arch, verdicts);
        rules.insert(rules.end(), more.begin(), more.end());
      }
    }
    std::sort(rules.begin(), rules.end());
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    if (!rules.empty()) map.push_back({file, static_cast<uint32_t>(at), std::move(rules)});
  }
}

}  // namespace

std::span<const Capability> seccomp_capabilities() { return kCapabilities; }

std::string seccomp_filter(const Policy& policy, Arch arch) {
  return seccomp::generate(seccomp::program_for(arch, seccomp::judge_calls(policy))).bytes();
}

Lowered lower_seccomp(const Policy& policy, const Sources& sources) {
  const std::vector<CallVerdict> verdicts = seccomp::judge_calls(policy);
  Lowered lowered;
  lowered.target = TargetName::seccomp;
  std::vector<Artifact> listings;
  for (const Arch arch : kArchs) {
    const seccomp::Filter filter = seccomp::generate(seccomp::program_for(arch, verdicts));
    const std::string file = fmt::format("filter.{}.bpf", name_of(arch));
    lowered.artifacts.push_back({file, filter.bytes()});
    listings.push_back({fmt::format("filter.{}.txt", name_of(arch)),
                        seccomp::list_filter(filter, verdicts, policy, sources)});
    add_map(filter, file, verdicts, lowered.map);
  }
  std::move(listings.begin(), listings.end(), std::back_inserter(lowered.artifacts));
  const auto places = [&](const std::vector<RuleId>& rules) {
    std::string text;
    for (const RuleId id : rules) {
      if (!text.empty()) text += ", ";
      text += printable(sources.describe(policy.rule(id).span));
    }
    return text;
  };
  seccomp::OciProfile oci = seccomp::write_oci_profile(verdicts, places);
  lowered.artifacts.push_back({"filter.oci.json", std::move(oci.json)});
  for (size_t i = 0; i < oci.rules.size(); ++i) {
    if (oci.rules[i].empty()) continue;
    lowered.map.push_back({"filter.oci.json", static_cast<uint32_t>(i), std::move(oci.rules[i])});
  }
  lowered.diagnostics = seccomp::find_oddities(policy, verdicts);
  for (const Rule& rule : policy.rules) lowered.verdicts.push_back(judge_rule(rule, verdicts));
  return lowered;
}

}  // namespace sbxc
