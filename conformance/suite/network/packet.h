// One packet of IP, as events of the log (event_log.h). Everything in it is a stranger's.
#pragma once

#include <string>
#include <string_view>

#include "conformance/suite/network/event_log.h"

namespace sbxc::conform {

void tell_packet(std::string_view packet, const std::string& resolver, EventLog* log);

// A mark by which the wire knows that it has seen everything before: a datagram to a port of the
// loopback that nothing else has a use for.
constexpr uint16_t kMarkPort = 9;
constexpr std::string_view kMark = "sbxc-mark ";
// Its number; 0: it is none.
unsigned mark_number(std::string_view packet);

}  // namespace sbxc::conform
