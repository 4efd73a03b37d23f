// Where bubblewrap comes from. Never from PATH: a directory on it may be one that the command of an
// earlier run could write (peers were found to start what lay there).
#pragma once

#include <string>

#include "runtime/descriptor/descriptor.h"
#include "runtime/launch/failure.h"

namespace sbxc::launch {

struct Program {
  std::string path;
  Descriptor file;  // O_PATH: what is executed is what was looked at
};

// From /usr/bin, /bin or /usr/local/bin; owned by root and writable by nobody else, and so are the
// directories above it.
Result<Program> find_bubblewrap();

}  // namespace sbxc::launch
