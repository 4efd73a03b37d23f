// What in a table of hosts decides one request.
#pragma once

#include "backends/source_map/source_map.h"
#include "backends/target/target.h"
#include "compiler/policy/operation.h"

namespace sbxc {

// The entries that decide, each with its rule's lines; where none matches, one that says so.
// `table` is hosts.sbxt, or that of one system.
Result<std::vector<Held>> how_proxy_holds(const Artifact& table, const HostRequest& request,
                                          const SourceMap& map);

}  // namespace sbxc
