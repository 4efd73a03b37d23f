// fork and exec with what a Start says: descriptors by number, a session, a terminal, and nothing
// else that this process has open.
#pragma once

#include <sys/types.h>

#include "conformance/suite/fault.h"
#include "conformance/suite/prop.h"

namespace sbxc::conform {

struct Started {
  pid_t pid = -1;
  int input = -1;   // to its standard input; -1 where the start has another
  int output = -1;  // from its standard output, without waiting
  int error = -1;
};

Result<Started> start_command(const Start& start);

}  // namespace sbxc::conform
