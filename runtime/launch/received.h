// What pid 1 of a sandbox sends the supervisor, one message a datagram.
#pragma once

#include <sys/types.h>

#include <optional>

#include "runtime/descriptor/descriptor.h"
#include "runtime/init/orders.h"

namespace sbxc::launch {

struct Received {
  init::Message message;
  Descriptor descriptor;  // when one came with it
  pid_t sender = -1;      // as this process table numbers it, if the socket passes credentials
};

// Never waits. Nothing when there is none now; `end` when there will be none any more.
std::optional<Received> receive(int socket, bool& end);

}  // namespace sbxc::launch
