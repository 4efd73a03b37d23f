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
  Descriptor orders;      // of pid 1: not filled in
  std::vector<Pump> pumps;
};

// Has bubblewrap go on. `begun` suits `order`, whose walls within may still be missing.
Result<Started> start(const Launch& order, Beginning begun);

// Pid 1 goes on when it is told that its network stands, and without one now.
Result<bool> give_orders(const Launch& order, const Started& started);
void let_go(const Started& started);

}  // namespace sbxc::launch
