// Starts bubblewrap with pid 1 behind it.
#pragma once

#include "runtime/descriptor/descriptor.h"
#include "runtime/launch/keeper.h"
#include "runtime/launch/launch.h"
#include "runtime/launch/stdio.h"

namespace sbxc::launch {

struct Started {
  Keeper keeper;
  Descriptor messages;    // the socket to pid 1
  Descriptor complaints;  // what bubblewrap writes to its standard error
  Descriptor facts;       // what it tells of its child, when a network is to be served
};

// Takes the command's ends out of `stdio`.
Result<Started> start(const Launch& order, Stdio& stdio);

}  // namespace sbxc::launch
