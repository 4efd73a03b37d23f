// The part of a profile that holds sockets, listening, and the way to the proxy, which holds
// `connect`.
#pragma once

#include "backends/seatbelt/path_section.h"
#include "backends/seatbelt/profile_writer.h"

namespace sbxc::seatbelt {

void write_network_section(const Policy& policy, const PathSection& paths, ProfileWriter& writer,
                           Lowered& lowered);

}  // namespace sbxc::seatbelt
