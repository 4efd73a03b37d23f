// Whether a table of hosts says what the policy says, for every host and port there can be.
#pragma once

#include <span>

#include "backends/target/verification.h"

namespace sbxc {

// `artifacts` has hosts.sbxt and hosts.json, or those of one system (hosts.linux.sbxt, …) when the
// two differ; others in it are not looked at. Rules that exist on `os` alone.
Verification verify_proxy(const Policy& policy, Os os, std::span<const Artifact> artifacts);

}  // namespace sbxc
