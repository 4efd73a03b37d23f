// What a profile can say of `listen`: ports, and of addresses only "any". Its `localhost` covers
// every address of the machine, so a rule for loopback alone is widened (measured for bind and for
// accept).
#pragma once

#include <vector>

#include "backends/seatbelt/port_ranges.h"
#include "backends/target/target.h"

namespace sbxc::seatbelt {

struct ListenLine {
  RuleId rule{};
  bool any_address = false;  // else loopback, as near as a profile comes to it
  PortSet ports;             // denies and exceptions taken out
  bool every_port = false;   // too many to name: all of them
};

// More ports than this are not named one by one.
inline constexpr size_t kMaxNamedPorts = 1024;

std::vector<ListenLine> listen_lines(const Policy& policy, Lowered& lowered);

}  // namespace sbxc::seatbelt
