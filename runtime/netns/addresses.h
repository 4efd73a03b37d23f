// Every address local: what makes a listener on a port catch connections to any address. Inside
// this room only.
#pragma once

#include "runtime/netns/netns.h"

namespace sbxc::netns {

struct Addresses {
  bool v6 = false;  // IPv6 works
};

// In the namespace of the calling process, which has to have no other interface than `lo` up.
// `await` waits for at most `milliseconds`.
Result<Addresses> make_every_address_local(Loopback loopback, int milliseconds);

}  // namespace sbxc::netns
