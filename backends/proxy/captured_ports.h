// Which ports a sandbox's network has to catch, from the rules of a policy: those of `connect` that
// some rule allows or asks about. A port that only denials speak of has no listener: nobody may
// reach anything there.
#pragma once

#include "compiler/policy/policy.h"

namespace sbxc {

struct CapturedPorts {
  PortSet all;       // of any rule that allows or asks
  PortSet loopback;  // of rules for addresses of the loopback themselves, `localhost` included
  // Programs inside may listen on some of them (rules of `listen`), so no listener of ours may.
  bool listened = false;
  // Nothing may be reached: no network is needed, and none is made (law 12).
  bool none() const { return all.ranges.empty(); }
};

// A network that is wider than the loopback (`0.0.0.0/0:*`) does not count for `loopback`: a
// program's own servers stay within reach.
CapturedPorts captured_ports(const Policy& policy, Os os);

}  // namespace sbxc
