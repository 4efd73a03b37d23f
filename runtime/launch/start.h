// Gives bubblewrap, which waits, its plan, and pid 1 behind it its orders.
#pragma once

#include "runtime/descriptor/descriptor.h"
#include "runtime/launch/beginning.h"
#include "runtime/launch/keeper.h"
#include "runtime/launch/launch.h"

namespace sbxc::launch {

struct Started {
  Keeper keeper;
  Descriptor messages;    // the socket to pid 1
  Descriptor complaints;  // what bubblewrap writes to its standard error
  Descriptor facts;       // what it tells of its child, when a network is to be served
  std::vector<Pump> pumps;
};

// `begun` suits `order`.
Result<Started> start(const Launch& order, Beginning begun);

}  // namespace sbxc::launch
