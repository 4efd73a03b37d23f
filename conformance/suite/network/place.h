// Where a world is: namespaces of its own where there are any, else this machine's loopback.
#pragma once

#include <string>

namespace sbxc::conform {

// Moves this process, which has one thread, into user (for an ordinary user), network and mount
// namespaces of its own. There every address is this machine's, and names are asked of `resolver`
// alone; `directory` keeps the files that tell so. What is started from here on is in there, too,
// and has the rights that it would have had. Gives what went wrong; empty: it is done.
std::string move_to_a_world(const std::string& directory, const std::string& resolver);
// Before `directory` goes: this process stays where it is, and may move to another world.
void leave_the_world();
// `net:[4026531840]`; empty where there are none.
std::string own_network_namespace();
// Why that cannot be done here; empty: it can.
std::string no_world_because();

}  // namespace sbxc::conform
