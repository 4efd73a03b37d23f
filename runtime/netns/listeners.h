// The sockets that catch. Inside this room only.
#pragma once

#include "runtime/netns/netns.h"

namespace sbxc::netns {

// In the namespace of the calling process, with the capability to bind low ports there.
Result<std::vector<Listener>> open_listeners(const Order& order, bool v6);

// Of `ports`, all but one.
Ports without(const Ports& ports, uint16_t port);

}  // namespace sbxc::netns
