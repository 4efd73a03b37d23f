// Every host there is, cut into regions of which two claims each say one thing.
#pragma once

#include <functional>

#include "backends/proxy/read/host_index.h"

namespace sbxc::hosts {

struct Region {
  std::vector<Hit> hits[2];       // of both sides, tidy
  std::function<Host()> example;  // a canonical host of the region; asked for before the next one
};

// Calls `visit` for every region that has canonical hosts. INVARIANT: every canonical host is in
// one region, and both sides have the region's hits for it.
void for_each_region(const HostIndex& one, const HostIndex& other,
                     const std::function<void(const Region&)>& visit);

}  // namespace sbxc::hosts
