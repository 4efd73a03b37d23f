// A rule speaks of canonical paths (law 5), and a plan says through which links of this machine its
// patterns were continued: where `/bin` is a link to `/usr/bin`, a rule about `/bin/**` counts for
// `/usr/bin/**` as well. The policy with those continuations is what the plan is held to. A link
// that is not on the machine, leads elsewhere, or would let the command widen its own next start is
// no ground for anything: such an entry is a trouble, and is not followed here.
#pragma once

#include <string>
#include <vector>

#include "backends/bwrap/read/mount_table.h"
#include "backends/bwrap/read/plan.h"

namespace sbxc::bwrap_read {

struct FollowedPolicy {
  Policy policy;
  std::vector<std::string> troubles;
};

FollowedPolicy follow_links(const Policy& policy, const std::vector<FollowedLink>& links,
                            const FileFacts& facts, const MountTable& table);

}  // namespace sbxc::bwrap_read
