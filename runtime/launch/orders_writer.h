// What pid 1 inside is told, as bytes: see runtime/init/orders.h.
#pragma once

#include <string>

#include "runtime/launch/launch.h"

namespace sbxc::launch {

// Looks at what is to be mounted, without following links; a source that is gone or has become a
// link is a failure.
Result<std::string> orders_bytes(const Launch& order);

}  // namespace sbxc::launch
