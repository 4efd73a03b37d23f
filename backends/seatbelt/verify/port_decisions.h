// What a profile decides of one address at every port. Filters compare ports with numbers only, so
// a rule is a set of ports, and a list of rules is a few operations on sets.
#pragma once

#include <bitset>

#include "backends/seatbelt/read/profile.h"

namespace sbxc::sbpl {

using Ports = std::bitset<65536>;

struct PortVerdicts {
  Ports allow;
  Ports depends;  // neither allowed nor denied for sure
};

// One end of a connection, at every port.
struct AddressRequests {
  OperationId operation{};
  bool remote = false;
  Endpoint endpoint{};  // its port is not looked at

  Request at(uint16_t port) const;
};

PortVerdicts decisions_of(const Profile& profile, const AddressRequests& requests);

}  // namespace sbxc::sbpl
