// Into the network namespace of another process. Inside this room only.
#pragma once

#include "runtime/netns/netns.h"

namespace sbxc::netns {

// Moves the calling process, which has one thread, into the namespace of `process` with every right
// over it. Refuses one that is its own already.
Result<bool> enter(pid_t process, int process_descriptor);

}  // namespace sbxc::netns
