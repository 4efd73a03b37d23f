// The proxy target: the `connect` rules of one system as a table of hosts that the egress proxy
// maps into memory (hosts.sbxt), and the same for people and other tools (hosts.json). It holds
// every `connect` rule exactly while the proxy is the only way out; it holds nothing else.
#pragma once

#include <span>

#include "backends/target/target.h"

namespace sbxc {

Lowered lower_proxy(const Policy& policy, Os os, const Sources& sources);

std::span<const Capability> proxy_capabilities();

// Whether some `connect` rule exists on one system only: otherwise the tables of both are equal.
bool connect_differs_by_system(const Policy& policy);

}  // namespace sbxc
