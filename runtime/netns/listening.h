// Who listens in a namespace. Inside this room only.
#pragma once

#include "runtime/netns/netns.h"

namespace sbxc::netns {

// Of `ports`, ascending: those with a TCP listener at every address, 127.0.0.1 or ::1, in the
// namespace of the calling process. Empty when the kernel does not tell.
std::vector<uint16_t> listening_ports(const Ports& ports);

}  // namespace sbxc::netns
