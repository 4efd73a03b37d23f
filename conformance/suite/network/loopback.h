// The one interface of a world, `lo`: up, with an address of each family that is none of the
// loopback's, and routes that make every other address local.
#pragma once

#include <string>

namespace sbxc::conform {

// What went wrong; empty: it is done.
std::string make_every_address_local();

}  // namespace sbxc::conform
