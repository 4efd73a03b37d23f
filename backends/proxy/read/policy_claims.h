// What the `connect` rules of a policy say of hosts, in the form that tables are read into.
#pragma once

#include "backends/proxy/read/host_claims.h"

namespace sbxc::hosts {

// Names are views into the policy. An entry's `where` is its rule.
Claims claims_of(const Policy& policy, Os os);

}  // namespace sbxc::hosts
