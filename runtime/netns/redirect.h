// One rule instead of a listener for each port. Inside this room only.
#pragma once

#include "runtime/netns/netns.h"

namespace sbxc::netns {

struct RedirectPorts {
  uint16_t v4 = 0;  // where the listener at 127.0.0.1 is
  uint16_t v6 = 0;  // at ::1; 0: no IPv6
};

// In the namespace of the calling process: new connections to `ports` of any address but the
// loopback, and to `loopback_ports` of the loopback, go to our listeners.
Result<bool> redirect(const Ports& ports, const Ports& loopback_ports, const RedirectPorts& to);

}  // namespace sbxc::netns
