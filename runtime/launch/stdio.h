// What the command gets as standard input, output and error. A terminal, a pipe and a socket are
// passed as they are. A regular file is not: whoever holds it can open it anew through
// /proc/self/fd with other rights, or truncate it; a pipe stands between. Directories and disks are
// refused: through them the command could reach what the policy denies.
#pragma once

#include <array>
#include <vector>

#include "runtime/descriptor/descriptor.h"
#include "runtime/launch/failure.h"

namespace sbxc::launch {

// Bytes that this process copies while the command runs.
struct Pump {
  Descriptor from;
  Descriptor to;
  bool into_command = false;
};

struct Stdio {
  std::array<Descriptor, 3> of_command;
  std::vector<Pump> pumps;
};

Result<Stdio> stdio_for_command();

}  // namespace sbxc::launch
