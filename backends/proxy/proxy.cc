#include "backends/proxy/proxy.h"

#include <fmt/core.h>

#include <algorithm>

#include "backends/proxy/host_table_builder.h"
#include "backends/proxy/hosts_json.h"

namespace sbxc {

namespace {

constexpr TargetName kProxy = TargetName::proxy;
constexpr const char* kTableFile = "hosts.sbxt";

constexpr Capability kCapabilities[] = {
    {kProxy, Operation::read, Fidelity::elsewhere, "seatbelt or bwrap"},
    {kProxy, Operation::write, Fidelity::elsewhere, "seatbelt or bwrap"},
    {kProxy, Operation::exec, Fidelity::elsewhere, "seatbelt or bwrap"},
    {kProxy, Operation::connect, Fidelity::exact,
     "names, wildcards, addresses, networks, lists and ports, as long as the proxy is the only way "
     "out; the address that a name resolves to is checked as well"},
    {kProxy, Operation::listen, Fidelity::elsewhere, "seatbelt, or the network namespace of bwrap"},
    {kProxy, Operation::socket, Fidelity::elsewhere, "seatbelt or bwrap"},
    {kProxy, Operation::env, Fidelity::elsewhere, "the launcher"},
    {kProxy, Operation::syscall, Fidelity::elsewhere, "seccomp"},
    {kProxy, Operation::mach, Fidelity::elsewhere, "seatbelt"},
};

RuleVerdict verdict_of(const Rule& rule, Os os, bool built) {
  if (!rule.os.has(os)) {
    return {.rule = rule.id,
            .fidelity = Fidelity::absent,
            .what = fmt::format("the rule does not exist on {}", name_of(os))};
  }
  const Capability& row = kCapabilities[static_cast<size_t>(rule.operation)];
  if (row.usual == Fidelity::elsewhere) {
    return {.rule = rule.id,
            .fidelity = Fidelity::elsewhere,
            .what = fmt::format("held by {}", row.how)};
  }
  if (!built) {
    return {.rule = rule.id,
            .fidelity = Fidelity::impossible,
            .what = "the names of this policy's lists take more than a table can hold (2 GiB)",
            .help = "use shorter lists"};
  }
  return {.rule = rule.id, .fidelity = Fidelity::exact, .needs = {Need::proxy}};
}

constexpr bool rows_stand_in_order() {
  for (size_t i = 0; i < std::size(kCapabilities); ++i) {
    if (static_cast<size_t>(kCapabilities[i].operation) != i) return false;
  }
  return std::size(kCapabilities) == std::size(kOperations);
}
static_assert(rows_stand_in_order());

}  // namespace

std::span<const Capability> proxy_capabilities() { return kCapabilities; }

bool connect_differs_by_system(const Policy& policy) {
  return std::any_of(policy.rules.begin(), policy.rules.end(), [](const Rule& rule) {
    return rule.operation == Operation::connect && rule.os.linux != rule.os.macos;
  });
}

Lowered lower_proxy(const Policy& policy, Os os, const Sources& sources) {
  Lowered out{.target = kProxy, .artifacts = {}, .verdicts = {}, .map = {}};
  auto table = build_host_table(policy, os, sources);
  for (const Rule& rule : policy.rules) {
    out.verdicts.push_back(verdict_of(rule, os, table.has_value()));
  }
  if (!table) return out;
  for (size_t i = 0; i < table->entry_rules.size(); ++i) {
    out.map.push_back({kTableFile, static_cast<uint32_t>(i), {table->entry_rules[i]}});
  }
  out.artifacts.push_back({kTableFile, std::move(table->bytes)});
  out.artifacts.push_back({"hosts.json", render_hosts_json(policy, os, sources)});
  return out;
}

}  // namespace sbxc
