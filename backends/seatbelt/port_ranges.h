// Sets of ports with what the network section does to them.
#pragma once

#include "compiler/pattern/host_pattern.h"

namespace sbxc::seatbelt {

PortSet minus(const PortSet& from, const PortSet& away);
PortSet plus(const PortSet& a, const PortSet& b);
size_t count(const PortSet& ports);
bool includes(const PortSet& wide, const PortSet& narrow);

}  // namespace sbxc::seatbelt
